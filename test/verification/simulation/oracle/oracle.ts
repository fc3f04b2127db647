import type { FluentAttribute } from '../../../../lambdas/core/delivery/ports/fluent-writer.ts';
import type {
  StateKey,
  StateStore,
  SyncedCommit,
} from '../../../../lambdas/core/delivery/ports/state-store.ts';
import { short } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import type { OmsWrite } from '../models/fluent.ts';
import type { Finished } from '../models/lambda-function.ts';
import { CANARY } from '../plan/content.ts';
import type { Beside } from '../world/beside.ts';
import type { Failures } from '../world/observer.ts';
import type { World } from '../world/world.ts';
import { checkDeadLetters, checkErasedCopies } from './dead-letters.ts';
import { checkEnd } from './end.ts';
import { Ledger } from './ledger.ts';
import { OperatorsWord } from './operators-word.ts';
import { checkRetried } from './retried.ts';
import { checkRuns } from './runs.ts';

/** One write to the OMS for one customer. */
interface Written {
  version: number;
  isRemoved: boolean;
}

/** Checks the schedule: at every write to the OMS, after every invocation, and at the end. */
export class Oracle {
  readonly failures: Failures = { byId: new Map(), count: 0 };
  readonly ledger: Ledger;
  readonly word: OperatorsWord;
  forgedEvents = 0;
  readonly #world: World;
  readonly #written = new Map<string, Written>();

  constructor(world: World) {
    this.#world = world;
    this.ledger = new Ledger((violation) => world.sim.violate(violation));
    this.word = new OperatorsWord(world);
  }

  /** A notification reached the ingest queue. */
  arrived(): void {
    this.ledger.arrivals++;
  }

  onFinished(finished: Finished): void {
    this.ledger.add(finished);
  }

  /** I2 and I3 at every write that takes effect, from any sender and at any time. */
  onWrite({ how, input, before }: OmsWrite): void {
    const { sim, source, settings } = this.#world;
    const id = markOf(input.attributes) ?? markOf(before?.attributes ?? []);
    if (typeof id !== 'string') return;
    const isRemoval = input.attributes.some(({ name }) => name === 'syncStatus');
    const version = Number(input.attributes.find(({ name }) => name === 'commercetoolsVersion')?.value ?? 0);
    sim.trace.note('oms', how, short(id), isRemoval ? 'removed' : version);
    const written = this.#written.get(id) ?? { version: 0, isRemoved: false };
    this.#written.set(id, written);
    if (isRemoval) {
      written.isRemoved = true;
      return;
    }
    this.word.onWrite(id, input.username);
    const row = this.#world.rowsById().get(id);
    if (row?.status === 'deleted')
      this.#violate('I3', `${short(id)}: version ${version} was written over a deleted row`);
    // Accepted while in progress: the commit of the newer write was lost, and an old read or body followed.
    const isExcused = (row?.version ?? 0) < written.version && source.customers.get(id)?.hadOldCopy === true;
    if (version < written.version) {
      if (isExcused) sim.reach.hit('transient: older over newer after a lost commit');
      else this.#violate('I2', `${short(id)}: version ${version} was written over ${written.version}`);
    }
    const wasRemoved =
      written.isRemoved && (settings.onDelete === 'anonymise' || source.customers.get(id)?.isErased);
    // An erasure of a customer that still exists at the source holds from its commit on, which the row check above covers.
    if (wasRemoved && !this.word.isToBeErased(id)) {
      if (source.customers.get(id)?.hadOldCopy)
        sim.reach.hit('transient: written after a removal whose commit was lost');
      else this.#violate('I3', `${short(id)}: version ${version} was written after the removal`);
    }
    written.version = version;
    written.isRemoved = false;
  }

  /** The table; also checks what a commit does to the mapper version. */
  watched(table: StateStore): StateStore {
    return {
      ...table,
      ...this.word.heard(table),
      commitSynced: (key, commit) => this.#watchCommit(table, key, commit),
      commitDeleted: (key, commit) => {
        // A customer that exists at the source must never be marked as deleted: not by a sweep, not by a 404.
        const isAsked = commit.erased && this.word.isToBeErased(key.id);
        if (this.#world.source.current(key.id) && !isAsked)
          this.#violate('I3', `${short(key.id)}: a live customer was deleted`);
        return table.commitDeleted(key, commit);
      },
    };
  }

  /** I10: no personal value in a sink. */
  checkText(sink: string, text: string): void {
    if (text.includes(CANARY)) this.#violate('I10', `a personal value in a ${sink}`);
  }

  /** Everything is at rest, before dead letters are moved back. */
  async atRest(beside: Beside): Promise<void> {
    await checkRuns(this.#world, beside);
    checkDeadLetters(this.#world, beside);
    await checkErasedCopies(this.#world);
    if (beside.plan.retriesAll) await checkRetried(this.#world, beside);
    this.word.isRedriving = true;
  }

  /** Dead letters were moved back, and everything is at rest again. */
  async afterRedrive(): Promise<void> {
    await checkErasedCopies(this.#world);
  }

  atEnd(): void {
    checkEnd(this.#world, this);
  }

  #watchCommit(table: StateStore, key: StateKey, commit: SyncedCommit) {
    const { plan } = this.#world;
    const row = this.#world.rowsById().get(key.id);
    const isForced = plan.changes.some((change) => change.kind === 'run' && change.force);
    if (
      !isForced &&
      row?.status === 'live' &&
      row.version === commit.version &&
      (row.mapperVersion ?? 0) > commit.mapperVersion
    )
      this.#violate('I6', `${short(key.id)}: an old mapper overwrote the content of a new one`);
    return table.commitSynced(key, commit);
  }

  #violate(invariant: string, what: string): void {
    this.#world.sim.violate(new Violation(invariant, what));
  }
}

export function markOf(attributes: readonly FluentAttribute[]): unknown {
  return attributes.find(({ name }) => name === 'commercetoolsId')?.value;
}
