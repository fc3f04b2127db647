import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from '../contract.ts';
import type { InvocationResult } from './execution-environment.ts';
import type { HostedFunction } from './hosted-function.ts';
import { type Invoker, isThrottle } from './invoker.ts';
import type { Lineage } from './lineage.ts';
import { queueUrl } from './queue-name.ts';

export interface AsynchronousInvoker {
  /** Accepts an event and returns its request id at once. */
  accept(fn: HostedFunction, work: { payload: string; lineage: Lineage }): string;
  /** Number of accepted events that still run or wait for a retry. */
  pending(): number;
  /** Drops events that wait for a retry. */
  stop(): void;
}

/** An event after its last failed attempt. */
interface FailedEvent {
  readonly requestId: string;
  readonly payload: string;
  readonly attempts: number;
  readonly result: InvocationResult | undefined;
  readonly reason: string;
}

/** @param retryWaitsMs waits before the first and the second retry; AWS waits one and two minutes */
export function createAsynchronousInvoker(
  gateway: Gateway,
  invoker: Invoker,
  retryWaitsMs: readonly [number, number],
): AsynchronousInvoker {
  const stopping = new AbortController();
  let pending = 0;

  const send = (fn: HostedFunction, queueArn: string, body: object): Promise<unknown> =>
    gateway.call({
      service: 'sqs',
      operation: 'SendMessage',
      input: { QueueUrl: queueUrl(gateway, queueArn), ...body },
      caller: { kind: 'role', role: fn.settings.role, source: `${fn.settings.name}/asynchronous` },
    });
  const giveUp = async (fn: HostedFunction, event: FailedEvent): Promise<void> => {
    invoker.count(fn, 'AsyncEventsDropped');
    const { deadLetterArn } = fn.settings;
    if (deadLetterArn)
      await send(fn, deadLetterArn, deadLetter(event)).catch(() => invoker.count(fn, 'DeadLetterErrors'));
    if (fn.onFailureArn)
      await send(fn, fn.onFailureArn, { MessageBody: JSON.stringify(failureRecord(fn, event)) }).catch(() =>
        invoker.count(fn, 'DestinationDeliveryFailures'),
      );
  };
  const attempt = async (
    fn: HostedFunction,
    requestId: string,
    work: { payload: string; lineage: Lineage },
  ) => {
    for (let attempts = 1; ; attempts += 1) {
      const result = await retryThrottled(() => invoker.run(fn, { ...work, requestId }), stopping.signal);
      if (!result.functionError) return;
      if (attempts > fn.maximumRetryAttempts) {
        await giveUp(fn, { requestId, payload: work.payload, attempts, result, reason: 'RetriesExhausted' });
        return;
      }
      await sleep(retryWaitsMs[attempts - 1] ?? retryWaitsMs[1], undefined, { signal: stopping.signal });
    }
  };

  return {
    accept(fn, work) {
      const requestId = randomUUID();
      pending += 1;
      attempt(fn, requestId, work)
        .catch(async (error: Error) => {
          if (stopping.signal.aborted) return;
          await giveUp(fn, {
            requestId,
            payload: work.payload,
            attempts: 0,
            result: undefined,
            reason: error.name,
          });
        })
        .finally(() => {
          pending -= 1;
        });
      return requestId;
    },
    pending: () => pending,
    stop: () => stopping.abort(),
  };
}

/** A throttled invocation does not count as an attempt. AWS repeats it for up to six hours. */
async function retryThrottled<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2000)) {
    try {
      return await run();
    } catch (error) {
      if (!isThrottle(error)) throw error;
      await sleep(waitMs, undefined, { signal });
    }
  }
}

function deadLetter({ payload, requestId, result, reason }: FailedEvent): object {
  const text = (value: string) => ({ DataType: 'String', StringValue: value.slice(0, 1024) });
  return {
    MessageBody: payload,
    MessageAttributes: {
      RequestID: text(requestId),
      ErrorCode: { DataType: 'Number', StringValue: result ? '200' : '400' },
      ErrorMessage: text(result?.payload ?? reason),
    },
  };
}

function failureRecord(fn: HostedFunction, event: FailedEvent): object {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${fn.settings.arn}:$LATEST`,
      condition: event.reason,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload),
    responseContext: event.result && {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: event.result.functionError,
    },
    responsePayload: event.result && JSON.parse(event.result.payload),
  };
}
