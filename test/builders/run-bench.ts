import { readEntry } from '../../lambdas/core/delivery/run-entry.ts';
import type { ConnectedHandler } from '../../lambdas/core/runs/connected-handler.ts';
import type { CommercetoolsLister } from '../../lambdas/core/runs/ports/commercetools-lister.ts';
import type { EntryOutcome, Run } from '../../lambdas/core/runs/run.ts';
import { runSettings } from '../../lambdas/core/runs/run-settings.ts';
import { feed } from '../../lambdas/run-feeder/feed.ts';
import { type StartRunRequest, startRun } from '../../lambdas/runtime/runs/start-run.ts';
import { createMemoryLister } from '../fakes/memory-commercetools-lister.ts';
import { createMemoryFailureStore } from '../fakes/memory-failure-store.ts';
import { createMemoryHandlerFunctions, type MemoryAnswers } from '../fakes/memory-handler-functions.ts';
import { createMemoryQueueAdmin } from '../fakes/memory-queue-admin.ts';
import { createMemoryHandlerQueues } from '../fakes/memory-queues.ts';
import { createMemoryRunStore } from '../fakes/memory-run-store.ts';
import { createMemorySettingsStore } from '../fakes/memory-settings-store.ts';
import { createMemoryStateStore } from '../fakes/memory-state-store.ts';
import { createMemorySweepCandidates } from '../fakes/memory-sweep-candidates.ts';
import { createMemoryTicks } from '../fakes/memory-ticks.ts';
import { bareCustomer } from './customer.ts';
import { idOf } from './notification.ts';
import { createObserver } from './observer.ts';

export const noon = Date.parse('2026-11-20T12:00:00Z');

export const connectedCustomer: ConnectedHandler = {
  resourceType: 'customer',
  upsertTypeId: 'commercetools.connect.customer.upsert',
  queueUrl: 'https://queue/customer.fifo',
  deadLettersUrl: 'https://queue/customer-dlq.fifo',
  functionName: 'customer-function',
  mappingId: 'mapping',
  maxConcurrency: 10,
  expand: ['customerGroup'],
  runHooks: [],
};

export interface RunBenchOptions {
  readonly settings?: Record<string, unknown>;
  readonly handlers?: Record<string, ConnectedHandler>;
  readonly answers?: MemoryAnswers;
}

/** The real feeder over in-memory adapters, with a clock that the test sets. */
export function createRunBench({ settings = {}, handlers, answers = {} }: RunBenchOptions = {}) {
  const time = { now: noon };
  let drawn = 4_711;
  const clock = () => time.now;
  const customers = new Map<string, unknown>();
  const observer = createObserver();
  const store = createMemoryStateStore(clock, 86_400);
  const calls: string[] = [];
  const queueAdmin = createMemoryQueueAdmin(['handler/customer']);
  const ports = {
    projectKey: 'local',
    handlers: handlers ?? { customer: connectedCustomer },
    runSettings: runSettings.parse(settings),
    absentAfterSeconds: 600,
    runs: createMemoryRunStore(clock),
    ticks: createMemoryTicks(),
    lister: counted(createMemoryLister(customers), calls),
    store,
    candidates: createMemorySweepCandidates(store),
    failures: createMemoryFailureStore(),
    settings: createMemorySettingsStore(),
    queues: createMemoryHandlerQueues(),
    queueAdmin,
    copies: queueAdmin.copies,
    handlerFunctions: createMemoryHandlerFunctions(answers),
    clock,
    // Different each time, so that two starts at the same time are two runs.
    random: () => {
      drawn = (drawn * 16_807) % 2_147_483_647;
      return drawn / 2_147_483_647;
    },
    log: observer.log,
    metrics: observer.metrics,
  };
  const keyOf = (id: string) => ({
    handlerId: 'customer',
    projectKey: 'local',
    resourceType: 'customer',
    id,
  });
  let handled = 0;

  const bench = {
    ...observer,
    ports,
    time,
    customers,
    /** Requests to the source. */
    calls,
    keyOf,

    plant(n: number, over: Record<string, unknown> = {}) {
      const lastModifiedAt = new Date(noon - 60_000).toISOString();
      customers.set(idOf(n), bareCustomer({ id: idOf(n), version: 1, lastModifiedAt, ...over }));
    },
    /** Creates customers 1 to `count`, each with a sync record if `synced`. */
    async plantAll(count: number, synced = false) {
      for (let n = 1; n <= count; n++) {
        bench.plant(n);
        if (synced) await bench.commit(n, 1);
      }
    },
    commit: (n: number, version: number) =>
      store.commitSynced(keyOf(idOf(n)), { version, hash: `h${version}`, mapperVersion: 1 }),

    start: (over: Partial<StartRunRequest> = {}): Promise<Run> =>
      startRun(ports, {
        handler: 'customer',
        mode: 'full',
        options: {},
        startedBy: 'operator:test',
        ...over,
      }),
    async run(id: string): Promise<Run> {
      const run = await ports.runs.read(id);
      if (!run) throw new Error('no such run');
      return run;
    },

    /** Runs the next step when it is due. Answers false if there is none. */
    async tick(): Promise<boolean> {
      const next = ports.ticks.sent.shift();
      if (!next) return false;
      const { delaySeconds, ...tick } = next;
      time.now += delaySeconds * 1_000;
      await feed(ports, { tick, receives: 1 });
      return true;
    },
    /** Runs steps until none is left, at most `most`. The handler processes its queue after each step. */
    async feedAll(most = 1_000) {
      for (let ticks = 0; ticks < most && (await bench.tick()); ticks++) await bench.handle();
    },
    /** The handler processes the messages since its last call: commits newer versions and records outcomes. */
    async handle(outcomeOf: (id: string) => EntryOutcome = () => 'synced') {
      for (const { event } of ports.queues.sent.slice(handled)) {
        handled += 1;
        const key = keyOf(event.resource.id);
        if (event.kind === 'DELETE')
          await store.commitDeleted(key, { version: event.version, erased: false });
        else await store.commitSynced(key, { version: event.version, hash: 'h', mapperVersion: 1 });
        if (event.runId === undefined || event.entry === undefined) continue;
        const { page, index } = readEntry(event.entry);
        await ports.runs.recordEntries(event.runId, page, { [outcomeOf(event.resource.id)]: [index] });
      }
    },
    /** Numbers of the queued customers, in order. */
    sent: () => ports.queues.sent.map(({ event }) => Number(event.resource.id.slice(-12))),
    report: async (id: string) =>
      (await ports.runs.reported(id, { limit: 1_000 })).items.map((one) => ({
        ...one,
        id: Number(one.id.slice(-12)),
      })),
    watermarks: async () => ({
      incremental: (await ports.settings.watermark('incremental', 'customer').read()).value?.until,
      reconcile: (await ports.settings.watermark('reconcile', 'customer').read()).value?.until,
    }),
    setWatermark: async (kind: 'incremental' | 'reconcile', until: number) =>
      ports.settings.watermark(kind, 'customer').write({ until, runId: 'earlier', at: until }, 0),
  };
  return bench;
}
export type RunBench = ReturnType<typeof createRunBench>;

function counted(lister: CommercetoolsLister, calls: string[]): CommercetoolsLister {
  const note =
    <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
    (...args: A): R => {
      calls.push(name);
      return call(...args);
    };
  return {
    page: note('page', lister.page),
    byIds: note('byIds', lister.byIds),
    count: note('count', lister.count),
    exists: note('exists', lister.exists),
    find: note('find', lister.find),
  };
}
