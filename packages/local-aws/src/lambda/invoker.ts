import { randomUUID } from 'node:crypto';
import { AwsError, type MetricStore } from '../contract.ts';
import type { InvocationResult } from './execution-environment.ts';
import type { HostedFunction } from './hosted-function.ts';
import { hopsOf, type Lineage, nextTraceHeader, recursionLimit } from './lineage.ts';

export interface Invoker {
  /**
   * Runs a function once. The error of a function is a result. Throws TooManyRequestsException when it is
   * throttled and RecursiveInvocationException when it occurs `recursionLimit` times in its own lineage.
   */
  run(
    fn: HostedFunction,
    work: { payload: string; lineage: Lineage; requestId?: string },
  ): Promise<InvocationResult>;
  /** Records a metric of the function in the namespace AWS/Lambda. */
  count(fn: HostedFunction, name: string, value?: number, unit?: string): void;
  inFlight(): number;
}

export function createInvoker(metrics: MetricStore): Invoker {
  let inFlight = 0;
  const count: Invoker['count'] = (fn, name, value = 1, unit = 'Count') =>
    metrics.record({
      namespace: 'AWS/Lambda',
      name,
      dimensions: { FunctionName: fn.settings.name },
      value,
      unit,
      at: new Date(),
    });

  return {
    count,
    inFlight: () => inFlight,
    async run(fn, work) {
      if (fn.recursiveLoop === 'Terminate' && hopsOf(work.lineage, fn.settings.arn) >= recursionLimit) {
        count(fn, 'RecursiveInvocationsDropped');
        throw new AwsError(
          'RecursiveInvocationException',
          `${fn.settings.name} invokes itself again and again`,
        );
      }
      inFlight += 1;
      try {
        const result = await fn.pool.invoke({
          requestId: work.requestId ?? randomUUID(),
          payload: work.payload === '' ? '{}' : work.payload,
          traceId: nextTraceHeader(work.lineage, fn.settings.arn),
        });
        count(fn, 'Invocations');
        count(fn, 'Throttles', 0);
        count(fn, 'Errors', result.functionError ? 1 : 0);
        count(fn, 'Duration', result.durationMs, 'Milliseconds');
        return result;
      } catch (error) {
        if (isThrottle(error)) count(fn, 'Throttles');
        throw error;
      } finally {
        inFlight -= 1;
      }
    },
  };
}

export const isThrottle = (error: unknown): boolean =>
  error instanceof AwsError && error.code === 'TooManyRequestsException';

export const isRecursion = (error: unknown): boolean =>
  error instanceof AwsError && error.code === 'RecursiveInvocationException';
