import { randomUUID } from 'node:crypto';
import { lastSegment } from '../arns.ts';
import type { JsonObject } from '../contract.ts';
import { object, objects } from '../fields.ts';
import type { Fauxqs } from './fauxqs.ts';

export interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string;
  /** Infinity when the caller set no limit. */
  readonly perSecond: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  failureReason?: string;
}

/** A queue URL for fauxqs, which only reads its last segment. */
export const addressOf = (arn: string): JsonObject => ({
  QueueUrl: `http://127.0.0.1/000000000000/${lastSegment(arn)}`,
});

/** Moves until the source has no visible message, the task is cancelled, or a call fails. */
export async function runMoveTask(task: MoveTask, fauxqs: Fauxqs): Promise<void> {
  try {
    while (task.status === 'RUNNING') {
      const messages = await receive(task, fauxqs);
      if (messages.length === 0) break;
      for (const message of messages) await move(task, message, fauxqs);
      if (Number.isFinite(task.perSecond)) await new Promise((resume) => setTimeout(resume, 1000));
    }
    task.status = task.status === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED';
  } catch (error) {
    task.status = 'FAILED';
    task.failureReason = error instanceof Error ? error.message : String(error);
  }
}

async function receive(task: MoveTask, fauxqs: Fauxqs): Promise<JsonObject[]> {
  const answer = await fauxqs.send('ReceiveMessage', {
    ...addressOf(task.sourceArn),
    MaxNumberOfMessages: Math.min(10, task.perSecond),
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });
  return objects(answer, 'Messages');
}

/**
 * Sends the message again and deletes the original. It keeps its group, but has a new id, send time and
 * deduplication id, and its receive count starts at 0.
 */
async function move(task: MoveTask, message: JsonObject, fauxqs: Fauxqs): Promise<void> {
  const group = object(message, 'Attributes')['MessageGroupId'];
  await fauxqs.send('SendMessage', {
    ...addressOf(task.destinationArn),
    MessageBody: message['Body'] ?? '',
    MessageAttributes: object(message, 'MessageAttributes'),
    ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: randomUUID() }),
  });
  await fauxqs.send('DeleteMessage', {
    ...addressOf(task.sourceArn),
    ReceiptHandle: message['ReceiptHandle'] ?? '',
  });
  task.moved += 1;
}
