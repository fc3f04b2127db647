import type { QueueRecord } from '../../../../lambdas/runtime/lambda/queue-record.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  sentAt: number;
  receives: number;
  visibleAt: number;
  /** Handle of the last receive; empty before the first. */
  receipt: string;
  isGone: boolean;
  /** The other copy of a duplicate. */
  twin?: Message;
}

/** The queue that a function polls. */
export interface PolledQueue {
  readonly name: string;
  readonly size: number;
  receive(most: number): Message[];
  /** Only with the handle of the last receive. */
  remove(id: string, receipt: string): void;
  changeVisibility(receipt: string, seconds: number): boolean;
  /** When the next message can be received. */
  nextVisibleAt(): number | undefined;
  /** Called when a message was added or became visible earlier. */
  onChange: () => void;
}

export function toRecord({ id, receipt, body, receives, sentAt }: Message): QueueRecord {
  return { messageId: id, receiptHandle: receipt, body, receives, sentAt };
}
