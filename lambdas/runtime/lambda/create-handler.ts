import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from './logger.ts';
import { publishMetrics } from './powertools-metrics.ts';

/** What one invocation may use. */
export interface Invocation {
  /** Aborts every request to the outside before the function's time is over. */
  readonly signal: AbortSignal;
}

/** Share of the remaining time that is left for retries, acknowledging and logging after outside calls were aborted. */
const RESERVE_SHARE = 0.2;

/**
 * What every Lambda shares: the request id on each log line, metrics written at the end of each invocation even if it fails,
 * and a signal that ends with it.
 */
export function createHandler<Event, Answer>(
  work: (event: Event, invocation: Invocation) => Promise<Answer>,
) {
  // By default, middy answers 5 ms before the timeout and leaves the work running into the next invocation.
  return middy<Event, Answer, Error, Context>({ timeoutEarlyInMillis: 0 })
    .use(observe())
    .handler(async (event, context) => {
      const time = context.getRemainingTimeInMillis();
      const deadline = new AbortController();
      const timer = setTimeout(
        () => deadline.abort(new Error('The time of this invocation is over.')),
        time * (1 - RESERVE_SHARE),
      );
      try {
        return await work(event, { signal: deadline.signal });
      } finally {
        clearTimeout(timer);
        deadline.abort(new Error('This invocation has ended.'));
      }
    });
}

function observe(): MiddlewareObj<unknown, unknown, Error, Context> {
  return {
    before: ({ context }) => {
      // addContext would repeat five more values on every line; the request id is enough to find them.
      logger.appendKeys({ requestId: context.awsRequestId });
    },
    after: () => publishMetrics(),
    onError: ({ error }) => {
      publishMetrics();
      // The name only: a message may contain input.
      logger.error('invocation failed', { errorName: error?.name ?? 'Unknown' });
    },
  };
}
