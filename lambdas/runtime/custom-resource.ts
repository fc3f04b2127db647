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
  try {
    const { physicalId, data } = await work();
    await put(ResponseURL, {
      ...about,
      Status: 'SUCCESS',
      PhysicalResourceId: physicalId,
      ...(data && { Data: data }),
    });
    logger.info('custom resource', {
      requestType: RequestType,
      logicalId: LogicalResourceId,
      status: 'SUCCESS',
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'Unknown failure';
    logger.error('custom resource', {
      requestType: RequestType,
      logicalId: LogicalResourceId,
      status: 'FAILED',
      reason,
    });
    await put(ResponseURL, {
      ...about,
      Status: 'FAILED',
      Reason: reason.slice(0, LONGEST_REASON),
      PhysicalResourceId: oldId,
    });
  }
}

/** The address is presigned for an empty content type. */
async function put(url: string, answer: object): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body: JSON.stringify(answer),
  });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}.`);
}
