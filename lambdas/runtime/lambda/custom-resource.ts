import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { logger } from './logger.ts';

export interface ResourceAnswer {
  readonly physicalId: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** CloudFormation takes 4,096 bytes; the reason is the only part of open length. */
const LONGEST_REASON = 1_000;

/**
 * Does the work of a custom resource and tells CloudFormation how it ended. Every end is told: a stack that hears nothing
 * waits until its timeout.
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent,
  work: () => Promise<ResourceAnswer>,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, RequestType, ResponseURL } = event;
  const about = { StackId, RequestId, LogicalResourceId };
  const oldId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : RequestId;
  const answer = await work().then(
    ({ physicalId, data }) => ({
      Status: 'SUCCESS',
      PhysicalResourceId: physicalId,
      ...(data && { Data: data }),
    }),
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : 'Unknown failure';
      return { Status: 'FAILED', Reason: reason.slice(0, LONGEST_REASON), PhysicalResourceId: oldId };
    },
  );
  const told = { requestType: RequestType, logicalId: LogicalResourceId, status: answer.Status };
  if ('Reason' in answer) logger.error('custom resource', { ...told, reason: answer.Reason });
  else logger.info('custom resource', told);
  await put(ResponseURL, { ...about, ...answer });
}

/** Of one attempt to tell CloudFormation; the function's own retries repeat the whole work, which is safe. */
const PUT_TIMEOUT_MS = 10_000;

/** The address is presigned for an empty content type. */
async function put(url: string, answer: object): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body: JSON.stringify(answer),
    signal: AbortSignal.timeout(PUT_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}.`);
}
