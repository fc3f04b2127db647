import type { ConnectorError } from '../../../lambdas/core/errors.ts';
import type { CommercetoolsReader } from '../../../lambdas/core/ports/commercetools-reader.ts';
import type { Sim } from '../kernel/sim.ts';
import { short } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Fate, Invocation } from './invocation.ts';

interface Stand {
  readonly version: number;
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A customer with all that it ever was; ids are never used again. */
export interface SourceCustomer {
  readonly id: string;
  readonly history: Stand[];
  deletedAt: number | undefined;
  isErased: boolean;
  /** A read answered less than what is current, or a run took a copy along: a precondition of I2. */
  hadOldCopy: boolean;
}

/** How far a read may lag behind: below the ten minutes after which a missing customer counts as absent. */
const LONGEST_LAG = 300_000;

/**
 * May a read miss a customer of any age? During one episode that is shorter than the longest lag, or without bound, which the
 * protocol survives only with reconcile.
 */
export type LateMisses = 'one-episode' | 'before-the-last-change' | 'always';

/** The project at the source. */
export class Commercetools {
  readonly customers = new Map<string, SourceCustomer>();
  readonly #lateMisses: LateMisses;
  readonly #lastChangeAt: number;
  /** When the one episode of a customer began. */
  readonly #episodes = new Map<string, number>();

  constructor(options: { lateMisses: LateMisses; lastChangeAt: number }) {
    this.#lateMisses = options.lateMisses;
    this.#lastChangeAt = options.lastChangeAt;
  }

  current(id: string): Stand | undefined {
    const customer = this.customers.get(id);
    return customer && customer.deletedAt === undefined ? customer.history.at(-1) : undefined;
  }

  /** What a replica that lags answers. */
  stale(id: string, now: number): Stand | undefined {
    const customer = this.customers.get(id);
    if (!customer) return undefined;
    const { history, deletedAt } = customer;
    if (deletedAt !== undefined) return now - deletedAt < LONGEST_LAG ? history.at(-1) : undefined;
    let index = history.length - 1;
    while (index > 0 && now - (history[index] as Stand).at < LONGEST_LAG) index--;
    return history[index];
  }

  isMissedByReplica(id: string, now: number): boolean {
    const customer = this.customers.get(id);
    const createdAt = customer?.history[0]?.at;
    if (this.#lateMisses === 'always') return true;
    if (this.#lateMisses === 'before-the-last-change' && now < this.#lastChangeAt) return true;
    if (createdAt === undefined) return false;
    if (now - createdAt < LONGEST_LAG) return true;
    const began = this.#episodes.get(id) ?? now;
    this.#episodes.set(id, began);
    return now - began < LONGEST_LAG;
  }
}

/** Reads of one invocation. */
export function readerOf(
  sim: Sim,
  code: Code,
  {
    source,
    invocation,
    timeoutMs,
    isDown,
  }: {
    source: Commercetools;
    invocation: Invocation;
    timeoutMs: number;
    isDown: () => boolean;
  },
): CommercetoolsReader {
  const { faults, kernel, random, reach, trace } = sim;

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

  function answer(ids: readonly string[], fault: string | undefined): unknown[] {
    const { now } = kernel;
    const bodies: unknown[] = [];
    ids.forEach((id, index) => {
      if (fault === 'odd-body' && index === 0) {
        bodies.push({ html: 'Sorry.' });
        return;
      }
      if (fault === 'missing-id' && index === 0) return;
      if (fault === 'stale-404' && source.isMissedByReplica(id, now)) return;
      const current = source.current(id);
      const isStale = fault === 'stale-200' || fault === 'old-replica';
      const shown = isStale ? source.stale(id, now) : current;
      const customer = source.customers.get(id);
      if (customer && shown !== current) customer.hadOldCopy = true;
      trace.note('read', short(id), shown?.version ?? 'none', fault ?? '');
      if (shown) bodies.push(shown.body);
    });
    return bodies;
  }

  return {
    customersById: (ids) => {
      const left = Math.min(timeoutMs, invocation.abortsAt - kernel.now);
      const what = ids.length === 1 ? 'get-customer' : 'query-customers';
      const bounded = (fate: Fate): Promise<unknown[]> => {
        const isTooSlow = (fate.answerAfter ?? Number.POSITIVE_INFINITY) > left;
        const cut = isTooSlow ? { answerAfter: Math.max(left, 0), error: refusal(undefined) } : fate;
        return invocation.call(what, cut, () => answer(ids, fault));
      };
      const after = random.integer(20, 150);
      const isQuery = ids.length > 1;
      const fault = isDown()
        ? '503'
        : ((isQuery ? faults.draw('ct-query') : undefined) ?? faults.draw('ct-read'));
      switch (fault) {
        case '429':
          return bounded({ answerAfter: after, error: refusal(429) });
        case '429-retry-after':
          return bounded({ answerAfter: after, error: refusal(429, String(random.integer(1, 90))) });
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
          return bounded({ answerAfter: after, error: refusal(Number(fault)) });
        case '404-host':
          return bounded({ answerAfter: after, error: refusal(404) });
        case 'reset':
        case 'unreadable':
          return bounded({ answerAfter: after, error: refusal(undefined) });
        case 'timeout':
          return bounded({ answerAfter: undefined });
        case 'slow':
          return bounded({ effectAfter: 4_000, answerAfter: 4_000 });
        default:
          return bounded({ effectAfter: after, answerAfter: after });
      }
    },
  };
}
