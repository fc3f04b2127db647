import type { CommercetoolsReader } from '../../../../lambdas/core/delivery/ports/commercetools-reader.ts';
import { short } from '../kernel/sim.ts';
import { type SourceUse, sourceRequestsOf } from './source-requests.ts';

export interface SourceVersion {
  readonly version: number;
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A customer with its full history; ids are never reused. */
export interface SourceCustomer {
  readonly id: string;
  readonly history: SourceVersion[];
  deletedAt: number | undefined;
  isErased: boolean;
  /** A read returned an old version, or a run took a copy along: a precondition of I2. */
  hadOldCopy: boolean;
}

/** Longest lag of a read: below the ten minutes after which a missing customer counts as absent. */
export const LONGEST_LAG = 300_000;

/**
 * Whether a read may miss a customer of any age: during one episode shorter than the longest lag, or without bound, which the
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

  current(id: string): SourceVersion | undefined {
    const customer = this.customers.get(id);
    return customer && customer.deletedAt === undefined ? customer.history.at(-1) : undefined;
  }

  /** The answer of a lagging replica. */
  stale(id: string, now: number): SourceVersion | undefined {
    const customer = this.customers.get(id);
    if (!customer) return undefined;
    const { history, deletedAt } = customer;
    if (deletedAt !== undefined) return now - deletedAt < LONGEST_LAG ? history.at(-1) : undefined;
    let index = history.length - 1;
    while (index > 0 && now - (history[index] as SourceVersion).at < LONGEST_LAG) index--;
    return history[index];
  }

  /** The result of a read, current or from a lagging replica; an old copy is a precondition of I2. */
  shown(id: string, isStale: boolean, now: number): SourceVersion | undefined {
    const current = this.current(id);
    const shown = isStale ? this.stale(id, now) : current;
    const customer = this.customers.get(id);
    if (customer && shown !== current) customer.hadOldCopy = true;
    return shown;
  }

  /** Whether it was created so recently that a replica may not have it yet. */
  isYoung(id: string, now: number): boolean {
    const createdAt = this.customers.get(id)?.history[0]?.at;
    return createdAt !== undefined && now - createdAt < LONGEST_LAG;
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
export function readerOf(use: SourceUse): CommercetoolsReader {
  const { sim, source } = use;
  const { faults, kernel, trace } = sim;
  const request = sourceRequestsOf(use);

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
      const isStale = fault === 'stale-200' || fault === 'old-replica';
      const shown = source.shown(id, isStale, now);
      trace.note('read', short(id), shown?.version ?? 'none', fault ?? '');
      if (shown) bodies.push(shown.body);
    });
    return bodies;
  }

  return {
    customersById: (ids) => {
      const isQuery = ids.length > 1;
      return request(
        isQuery ? 'query-customers' : 'get-customer',
        () => (isQuery ? faults.draw('ct-query') : undefined) ?? faults.draw('ct-read'),
        (fault) => answer(ids, fault),
      );
    },
  };
}
