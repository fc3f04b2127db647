import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from './logger.ts';
import { publishMetrics } from './powertools-metrics.ts';

/** What one invocation may use. */
export interface Invocation {
  /** Aborts every request to the outside before the function's time is over. */
  readonly signal: AbortSignal;
}

/** Left for acknowledging, hiding and logging after the last outside call was aborted, as a share of the time left. */
const RESERVE_SHARE = 0.2;

/**
 * What every Lambda shares: request id on each log line, metrics written at the end of each invocation whatever its end,
 * and a signal that ends with it.
 */
export function createHandler<Event, Answer>(
  work: (event: Event, invocation: Invocation) => Promise<Answer>,
) {
  // middy would answer 5 ms before the end and leave the work running into the next invocation.
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
      // The request id leads to everything else that addContext would repeat on every line.
      logger.appendKeys({ requestId: context.awsRequestId });
    },
    after: () => publishMetrics(),
    onError: ({ error }) => {
      publishMetrics();
      // The name only: a message may echo what came in.
      logger.error('invocation failed', { errorName: error?.name ?? 'Unknown' });
    },
  };
}
