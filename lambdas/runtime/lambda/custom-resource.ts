import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { logger } from './logger.ts';

export interface ResourceAnswer {
  readonly physicalId: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** CloudFormation accepts 4,096 bytes; only the reason has no fixed length. */
const LONGEST_REASON = 1_000;

/** Does the work of a custom resource and reports its result. Without a report, the stack would wait until its timeout. */
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
  const report = { requestType: RequestType, logicalId: LogicalResourceId, status: answer.Status };
  if ('Reason' in answer) logger.error('custom resource', { ...report, reason: answer.Reason });
  else logger.info('custom resource', report);
  await put(ResponseURL, { ...about, ...answer });
}

/** Timeout of one report. The retries of the function repeat the whole work, which is safe. */
const PUT_TIMEOUT_MS = 10_000;

/** The URL is presigned for an empty content type. */
async function put(url: string, answer: object): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body: JSON.stringify(answer),
    signal: AbortSignal.timeout(PUT_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`CloudFormation refused the report: ${response.status}.`);
}
