import { lastSegment } from '../arns.ts';
import { AwsError, type Caller, type Gateway, type JsonObject } from '../contract.ts';
import { objects } from '../fields.ts';

interface Waiting {
  readonly message: JsonObject;
  readonly done: (value?: undefined) => void;
  readonly failed: (error: unknown) => void;
}

/** Below the SQS limit of 1 MiB, to leave space for attributes and entry ids. */
const maxBytes = 1_000_000;

/** Sends the messages of one event loop turn together, by queue and caller, because calls are expensive. */
export class QueueBatches {
  readonly #gateway: Gateway;
  readonly #waiting = new Map<string, { queueArn: string; caller: Caller; messages: Waiting[] }>();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Resolves when the queue has the message; rejects with the error of the call or of the entry. */
  send(queueArn: string, caller: Caller, message: JsonObject): Promise<void> {
    if (this.#waiting.size === 0) setImmediate(() => this.#flush());
    const key = JSON.stringify([queueArn, caller]);
    const group = this.#waiting.get(key) ?? { queueArn, caller, messages: [] };
    this.#waiting.set(key, group);
    return new Promise((done, failed) => group.messages.push({ message, done, failed }));
  }

  #flush(): void {
    const groups = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { queueArn, caller, messages } of groups) {
      for (const batch of batchesOf(messages)) void this.#sendBatch(queueArn, caller, batch);
    }
  }

  async #sendBatch(queueArn: string, caller: Caller, batch: readonly Waiting[]): Promise<void> {
    const Entries = batch.map(({ message }, index) => ({ Id: String(index), ...message }));
    const input = { QueueUrl: queueUrl(this.#gateway, queueArn), Entries };
    try {
      const answer = await this.#gateway.call({
        service: 'sqs',
        operation: 'SendMessageBatch',
        input,
        caller,
      });
      const failures = new Map(objects(answer, 'Failed').map((entry) => [Number(entry['Id']), entry]));
      for (const [index, { done, failed }] of batch.entries()) {
        const failure = failures.get(index);
        if (failure) failed(entryError(failure));
        else done();
      }
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
}

/** The URL of the queue with this ARN. */
export function queueUrl(gateway: Gateway, arn: string): string {
  return `${gateway.url}/${gateway.accountId}/${lastSegment(arn)}`;
}

function batchesOf(messages: readonly Waiting[]): Waiting[][] {
  const batches: Waiting[][] = [];
  let bytes = 0;
  for (const waiting of messages) {
    const size = Buffer.byteLength(String(waiting.message['MessageBody']));
    const open = batches.at(-1);
    if (open && open.length < 10 && bytes + size <= maxBytes) {
      open.push(waiting);
      bytes += size;
    } else {
      batches.push([waiting]);
      bytes = size;
    }
  }
  return batches;
}

function entryError(entry: JsonObject): AwsError {
  const code = entry['SenderFault'] === true ? 'SenderFault' : String(entry['Code']);
  return new AwsError(code, String(entry['Message'] ?? entry['Code']));
}
