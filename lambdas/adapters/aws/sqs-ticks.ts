import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Ticks } from '../../core/runs/ports/ticks.ts';

/** Longest delay that SQS allows, in seconds. */
const LONGEST_DELAY = 900;

/** Ticks in the run feeder's own standard queue. */
export function createSqsTicks(client: SQSClient, queueUrl: string): Ticks {
  return {
    async send(tick, delaySeconds) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(tick),
        DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), LONGEST_DELAY),
      });
      await client.send(command).catch((cause: unknown) => {
        const name = cause instanceof Error ? cause.name : 'Unknown';
        throw new ConnectorError(
          { failureClass: 'retry', code: 'TICKS_UNREACHABLE' },
          `The queue of the run feeder did not accept a run step: ${name}.`,
          { cause },
        );
      });
    },
  };
}
