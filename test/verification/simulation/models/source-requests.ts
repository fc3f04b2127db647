import type { ConnectorError } from '../../../../lambdas/core/base/errors.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Commercetools } from './commercetools.ts';
import type { Fate, Invocation } from './invocation.ts';

export interface SourceUse {
  readonly sim: Sim;
  readonly code: Code;
  readonly source: Commercetools;
  readonly invocation: Invocation;
  readonly timeoutMs: number;
  readonly isDown: () => boolean;
}

/** One request to commercetools: refused, late, unanswered, or answered as `fault` says. */
export type SourceRequest = <T>(
  what: string,
  draw: () => string | undefined,
  answer: (fault: string | undefined) => T,
) => Promise<T>;

/** Requests of one invocation; the product decides what a status means. */
export function sourceRequestsOf({ sim, code, invocation, timeoutMs, isDown }: SourceUse): SourceRequest {
  const { kernel, random, reach } = sim;

  function refusal(status: number | undefined, retryAfter?: string): ConnectorError {
    const failure = code.classifyHttp({
      system: 'COMMERCETOOLS',
      status,
      retryAfter,
      isWrite: false,
      now: kernel.now,
    });
    reach.hit(`classifier: ${failure.code} ${failure.failureClass}`);
    return new code.ConnectorError(failure, `commercetools: ${failure.code}`);
  }

  function fateOf(fault: string | undefined, after: number): Fate {
    switch (fault) {
      case '429':
        return { answerAfter: after, error: refusal(429) };
      case '429-retry-after':
        return { answerAfter: after, error: refusal(429, String(random.integer(1, 90))) };
      case '302':
      case '400':
      case '408':
      case '425':
      case '401':
      case '403':
      case '500':
      case '502':
      case '503':
      case '504':
        return { answerAfter: after, error: refusal(Number(fault)) };
      case '404-host':
        return { answerAfter: after, error: refusal(404) };
      case 'reset':
      case 'unreadable':
        return { answerAfter: after, error: refusal(undefined) };
      case 'timeout':
        return { answerAfter: undefined };
      case 'slow':
        return { effectAfter: 4_000, answerAfter: 4_000 };
      default:
        return { effectAfter: after, answerAfter: after };
    }
  }

  return (what, draw, answer) => {
    const left = Math.min(timeoutMs, invocation.abortsAt - kernel.now);
    const after = random.integer(20, 150);
    const fault = isDown() ? '503' : draw();
    const fate = fateOf(fault, after);
    const isTooSlow = (fate.answerAfter ?? Number.POSITIVE_INFINITY) > left;
    const bounded = isTooSlow ? { answerAfter: Math.max(left, 0), error: refusal(undefined) } : fate;
    return invocation.call(what, bounded, () => answer(fault));
  };
}
