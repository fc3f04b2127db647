import type fc from 'fast-check';
import { entryName, readEntry } from '../../../lambdas/core/delivery/run-entry.ts';
import type { Run, RunMode } from '../../../lambdas/core/runs/run.ts';
import { hasEnded } from '../../../lambdas/core/runs/run.ts';
import { RunRefused } from '../../../lambdas/core/runs/run-refused.ts';
import type { RunTick } from '../../../lambdas/core/runs/run-tick.ts';
import { feed } from '../../../lambdas/run-feeder/feed.ts';
import type { FeederPorts } from '../../../lambdas/run-feeder/ports.ts';
import { idOf } from '../../builders/notification.ts';
import { createRunBench, noon, type RunBench } from '../../builders/run-bench.ts';
import type { Call } from './ports.ts';

/** One event from outside the run, and the number of answers that arrive before the next event. */
export type Event = { readonly turns: number } & (
  | { readonly what: 'deliver'; readonly pick: number; readonly twice: boolean; readonly crash?: Crash }
  | { readonly what: 'lose-tick' | 'pause' | 'resume' | 'cancel' | 'second-start' | 'handle' }
  | { readonly what: 'create' | 'delete' | 'change'; readonly n: number }
);

/** The feeder dies at its n-th outside call: before or after the effect. */
export interface Crash {
  readonly call: number;
  readonly effect: boolean;
}

export interface Plan {
  readonly mode: Extract<RunMode, 'full' | 'reconcile' | 'incremental'>;
  readonly customers: number;
  readonly pageSize: number;
  readonly events: readonly Event[];
}

interface Message {
  readonly tick: RunTick;
  receives: number;
}

/** How often the caretaker may restart a run before the test fails. */
const MAX_TICKS = 400;

/** A run with crashing feeders, duplicated and lost messages, operators and changing customers. Collects violations. */
export class RunWorld {
  readonly bench: RunBench;
  readonly problems: string[] = [];
  readonly #scheduler: fc.Scheduler;
  readonly #plan: Plan;
  readonly #messages: Message[] = [];
  readonly #working: Promise<void>[] = [];
  readonly #touched = new Set<number>();
  #runId = '';

  constructor(scheduler: fc.Scheduler, plan: Plan) {
    this.#scheduler = scheduler;
    this.#plan = plan;
    this.bench = createRunBench({
      settings: { pageSize: plan.pageSize, topUpBelow: 1_000_000, settleSeconds: 60 },
    });
    this.#watchTicks();
    this.#watchCursor();
    this.#watchMessages();
  }

  async live(): Promise<void> {
    const { mode, customers, events } = this.#plan;
    await this.bench.plantAll(customers);
    if (mode === 'incremental') await this.bench.setWatermark('incremental', noon - 3_600_000);
    const options = mode === 'reconcile' ? { repair: ['missing' as const, 'source-ahead' as const] } : {};
    this.bench.time.now += 1;
    this.#runId = (await this.bench.start({ mode, options })).id;
    for (const event of events) {
      await this.#happen(event);
      for (let turn = 0; turn < event.turns && this.#scheduler.count() > 0; turn++) {
        await this.#scheduler.waitOne();
      }
    }
    await this.#scheduler.waitFor(Promise.all(this.#working));
    await this.#calm();
  }

  /** Everything that must hold at the end. */
  async judge(): Promise<void> {
    const run = await this.bench.run(this.#runId);
    if (run.status === 'cancelled') return;
    if (run.status !== 'finished') this.problems.push(`ended as ${run.status} ${run.reason ?? ''}`);
    const sent = new Set(this.bench.sent());
    for (let n = 1; n <= this.#plan.customers; n++) {
      if (!this.#touched.has(n) && !sent.has(n)) this.problems.push(`customer ${n} was skipped`);
    }
    const counts = await this.bench.ports.runs.entryCounts(run.id);
    const planned = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (planned !== run.counts.planned) {
      this.problems.push(`${planned} entries in the plans, ${run.counts.planned} in the run`);
    }
    if (counts.pending > 0) this.problems.push(`${counts.pending} entries never got an outcome`);
  }

  async #happen(event: Event): Promise<void> {
    const { runs } = this.bench.ports;
    switch (event.what) {
      case 'deliver':
        return this.#deliver(event);
      case 'lose-tick':
        this.#messages.shift();
        return;
      case 'second-start':
        return this.#startSecond();
      case 'handle':
        return this.bench.handle();
      case 'create':
      case 'change':
        // After the window of the run: belongs to the next run.
        this.#touched.add(event.n);
        this.bench.plant(event.n, { version: 9, lastModifiedAt: new Date(noon + 60_000).toISOString() });
        return;
      case 'delete':
        this.#touched.add(event.n);
        this.bench.customers.delete(idOf(event.n));
        return;
      default: {
        const run = await this.bench.run(this.#runId);
        const to = { pause: 'paused', resume: 'running', cancel: 'cancelled' } as const;
        await runs.setStatus(run, to[event.what]);
        if (event.what === 'resume') await this.bench.ports.ticks.send({ runId: run.id }, 0);
      }
    }
  }

  #deliver({ pick, twice, crash }: Extract<Event, { what: 'deliver' }>): void {
    if (this.#messages.length === 0) return;
    const [message] = this.#messages.splice(pick % this.#messages.length, 1);
    if (!message) return;
    message.receives += 1;
    if (twice) this.#messages.push({ ...message, receives: 0 });
    const ports = dying(this.bench.ports, this.#scheduler, crash);
    const work = feed(ports, { tick: message.tick, receives: message.receives });
    // A message that is not acknowledged is delivered again.
    this.#working.push(work.catch(() => void this.#messages.push(message)));
  }

  async #startSecond(): Promise<void> {
    const second = await this.bench.start().catch((error: unknown) => error);
    if (second instanceof RunRefused && second.code === 'RUN_BUSY') return;
    if (second instanceof Error) throw second;
    // Ends it again and removes its message: this test is about the first run.
    await this.bench.ports.runs.setStatus(second as Run, 'cancelled');
    const at = this.#messages.findIndex(({ tick }) => tick.runId !== this.#runId);
    this.#messages.splice(at, 1);
  }

  /** No more faults: the operator resumes, and the caretaker restarts a run that lost its message. */
  async #calm(): Promise<void> {
    const { runs, ticks } = this.bench.ports;
    for (let ticked = 0; ; ticked++) {
      const run = await this.bench.run(this.#runId);
      if (hasEnded(run.status)) return;
      if (ticked > MAX_TICKS) return void this.problems.push('never ends');
      if (run.status === 'paused') await runs.setStatus(run, 'running');
      if (this.#messages.length === 0) await ticks.send({ runId: run.id }, 0);
      const message = this.#messages.shift();
      if (message) await feed(this.bench.ports, { tick: message.tick, receives: message.receives + 1 });
      await this.bench.handle();
      this.bench.time.now += 1_000;
    }
  }

  #watchTicks(): void {
    this.bench.ports.ticks.send = async (tick) => {
      this.#messages.push({ tick, receives: 0 });
    };
  }

  /** One run at a time; its cursor rises by one, and only past a page whose messages were all accepted. */
  #watchCursor(): void {
    const { runs, queues } = this.bench.ports;
    const { advance, create } = runs;
    runs.create = async (run) => {
      const answer = await create(run);
      if ((await runs.open()).length > 1) this.problems.push('two runs at once');
      return answer;
    };
    let page = 0;
    runs.advance = async (run, to) => {
      const answer = await advance(run, to);
      if (answer === 'stale') return answer;
      if (to.cursor.page !== page + 1) this.problems.push(`from page ${page} to ${to.cursor.page}`);
      page = to.cursor.page;
      const plan = await runs.planned(run.id, page);
      const taken = new Set(queues.sent.map(({ event }) => `${event.entry} ${event.resource.id}`));
      for (const [index, { id }] of (plan?.entries ?? []).entries()) {
        if (!taken.has(`${entryName(page, index)} ${id}`)) this.problems.push(`page ${page} left early`);
      }
      return answer;
    };
  }

  /** Every message is planned at its position; each position has one customer, and each customer one position. */
  #watchMessages(): void {
    const { queues, runs } = this.bench.ports;
    const { send } = queues;
    const idAt = new Map<string, string>();
    const placeOf = new Map<string, string>();
    queues.send = async (list) => {
      for (const { event } of list) {
        const { entry = '', runId = '', resource } = event;
        const { page, index } = readEntry(entry);
        const plan = await runs.planned(runId, page);
        if (plan?.entries[index]?.id !== resource.id) this.problems.push(`${entry} was not planned`);
        if ((idAt.get(entry) ?? resource.id) !== resource.id)
          this.problems.push(`${entry} has two customers`);
        if ((placeOf.get(resource.id) ?? entry) !== entry) this.problems.push(`a customer at two positions`);
        idAt.set(entry, resource.id);
        placeOf.set(resource.id, entry);
      }
      return send(list);
    };
  }
}

class Death extends Error {}

/** The ports of one feeder: the scheduler decides when each answer arrives, and none arrives after its death. */
function dying(ports: RunBench['ports'], scheduler: fc.Scheduler, crash: Crash | undefined): FeederPorts {
  let calls = 0;
  let isDead = false;
  const mortal =
    (call: Call): Call =>
    async (...args) => {
      if (isDead) throw new Death();
      calls += 1;
      isDead = calls === crash?.call;
      if (isDead && !crash?.effect) throw new Death();
      const dies = isDead;
      const answer = await call(...args);
      if (dies) throw new Death();
      return answer;
    };
  const watched = <P extends object>(port: P): P =>
    new Proxy(port, {
      get: (target, name) => {
        const call = Reflect.get(target, name);
        return typeof call === 'function' ? scheduler.scheduleFunction(mortal(call.bind(target))) : call;
      },
    });
  const { runs, ticks, lister, store, queues, queueAdmin, copies } = ports;
  return {
    ...ports,
    runs: watched(runs),
    ticks: watched(ticks),
    lister: watched(lister),
    store: watched(store),
    queues: watched(queues),
    queueAdmin: watched(queueAdmin),
    copies: watched(copies),
  };
}
