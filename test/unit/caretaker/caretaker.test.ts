import { beforeEach, describe, expect, test } from 'vitest';
import { caretakerPass } from '../../../lambdas/caretaker/caretaker-pass.ts';
import type { CaretakerPorts } from '../../../lambdas/caretaker/ports.ts';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import type { HandlerSwitches, Schedule, ScheduleName } from '../../../lambdas/core/base/live-settings.ts';
import { receiptSubject } from '../../../lambdas/core/delivery/receipt-subject.ts';
import type { SubscriptionHealth } from '../../../lambdas/core/operations/subscription-request.ts';
import type { ConnectedHandler } from '../../../lambdas/core/runs/connected-handler.ts';
import type { Run, RunStatus } from '../../../lambdas/core/runs/run.ts';
import { runSettings } from '../../../lambdas/core/runs/run-settings.ts';
import { type StartRunRequest, startRun } from '../../../lambdas/runtime/runs/start-run.ts';
import { idOf } from '../../builders/notification.ts';
import { createObserver } from '../../builders/observer.ts';
import { createMemoryErasedStore } from '../../fakes/memory-erased-store.ts';
import { createMemoryFailureStore } from '../../fakes/memory-failure-store.ts';
import { createMemoryHandlerFunctions } from '../../fakes/memory-handler-functions.ts';
import { createMemoryIntakeSwitches } from '../../fakes/memory-intake-switches.ts';
import { createMemoryQueueAdmin } from '../../fakes/memory-queue-admin.ts';
import { createMemoryReceiptStore } from '../../fakes/memory-receipt-store.ts';
import { createMemoryRunStore } from '../../fakes/memory-run-store.ts';
import { createMemorySettingsStore } from '../../fakes/memory-settings-store.ts';
import { createMemoryStateStore } from '../../fakes/memory-state-store.ts';
import { createMemoryTicks } from '../../fakes/memory-ticks.ts';

const minute = 60_000;
const projectKey = 'local';
const canaryId = idOf(1);
const start = Date.parse('2026-11-20T10:00:00Z');
const customer: ConnectedHandler = {
  resourceType: 'customer',
  upsertTypeId: 'commercetools.connect.customer.upsert',
  queueUrl: 'q',
  deadLettersUrl: 'd',
  functionName: 'f',
  mappingId: 'm',
  maxConcurrency: 10,
  expand: [],
  runHooks: [],
};
/** No schedule starts a run unless a test enables it. */
const offSchedules = {
  reconcileMinutes: 0,
  incrementalMinutes: 0,
  comparisonMinutes: 0,
  sweepMinutes: 0,
};

/** A connector in memory, and a caretaker that makes one pass per minute. */
function createWorld(over: { care?: object; handlers?: Record<string, ConnectedHandler> } = {}) {
  const handlers = over.handlers ?? { customer };
  const world = { now: start, isDown: false, health: { status: 'Healthy' } as SubscriptionHealth | Error };
  const clock = () => world.now;
  const settings = createMemorySettingsStore();
  const runs = createMemoryRunStore(clock);
  const ticks = createMemoryTicks();
  const switches = createMemoryIntakeSwitches(Object.keys(handlers));
  const store = createMemoryStateStore(clock, 90 * 86_400);
  const touches: string[] = [];
  const erased = createMemoryErasedStore(clock);
  const receipts = createMemoryReceiptStore();
  const queueAdmin = createMemoryQueueAdmin([
    ...['partner-rule', 'ingest'],
    ...Object.keys(handlers).map((id) => `handler/${id}`),
  ]);
  const started: StartRunRequest[] = [];
  let observer = createObserver();
  const settingsOfRuns = runSettings.parse({ overlapSeconds: 600 });
  const ports: CaretakerPorts = {
    projectKey,
    handlers,
    care: careSettings.parse({ ...offSchedules, ...over.care }),
    runSettings: settingsOfRuns,
    settings,
    switches,
    runs,
    ticks,
    store,
    erased,
    receipts,
    copies: queueAdmin.copies,
    sharedQueues: ['partner-rule', 'ingest'],
    clock,
    handlerFunctions: createMemoryHandlerFunctions({ probe: () => ({ isUp: !world.isDown, latencyMs: 1 }) }),
    subscription: {
      ask: async () => {
        if (world.health instanceof Error) throw world.health;
        return world.health as never;
      },
    },
    canary: {
      touch: async (_, mark) => {
        touches.push(mark);
        return { version: touches.length + 1 };
      },
    },
    startRun: async (request) => {
      started.push(request);
      const all = { handlers, projectKey, runs, settings, ticks, clock };
      const failures = createMemoryFailureStore();
      return startRun({ ...all, failures, runSettings: settingsOfRuns, random: Math.random }, request);
    },
    log: observer.log,
    metrics: observer.metrics,
  };

  return Object.assign(world, {
    ports,
    settings,
    switches,
    runs,
    ticks,
    touches,
    queueAdmin,
    receipts,
    erased,
    store,
    /** Every run that was requested, started or not. */
    started,
    /** One pass after `minutes`; answers its metrics and log lines. */
    async pass(minutes = 1, changed: Partial<CaretakerPorts> = {}) {
      world.now += minutes * minute;
      observer = createObserver();
      await caretakerPass({ ...ports, log: observer.log, metrics: observer.metrics, ...changed });
      return observer;
    },
    async set(change: Partial<HandlerSwitches>, id = 'customer') {
      const { value, revision } = await settings.handler(id).read();
      await settings.handler(id).write({ ...value, ...change }, revision);
    },
    switchesOf: async (id = 'customer') => (await settings.handler(id).read()).value,
    async schedule(name: ScheduleName, change?: Partial<Schedule>) {
      const setting = settings.schedule(name, 'customer');
      const { value, revision } = await setting.read();
      if (change && value) await setting.write({ ...value, ...change }, revision);
      return (await setting.read()).value;
    },
    watch: async () => (await settings.watch().read()).value,
    canary: async () => (await settings.canary().read()).value,
    async begun() {
      return [...(await runs.list({ limit: 100 })).items].reverse();
    },
    async end(run: Run | undefined, status: RunStatus = 'cancelled') {
      if (run) await runs.setStatus(run, status);
    },
    commit: (version: number) =>
      store.commitSynced(
        { handlerId: 'customer', projectKey, resourceType: 'customer', id: canaryId },
        { version, hash: 'h', mapperVersion: 1 },
      ),
  });
}

let world: ReturnType<typeof createWorld>;
beforeEach(() => {
  world = createWorld();
});

describe('the switches', () => {
  test.each([
    ['stops a paused handler that consumes', true, false],
    ['leaves a paused handler that does not consume', false, false],
  ])('%s', async (_, consuming, expected) => {
    await world.set({ paused: { since: 1, by: 'mia' } });
    world.switches.deploy({ consuming, intake: true });
    await world.pass();
    expect(await world.switches.isConsuming('customer')).toBe(expected);
  });

  test('starts a handler again that a deployment left off', async () => {
    world.switches.deploy({ consuming: false, intake: true });
    await world.pass();
    expect(await world.switches.isConsuming('customer')).toBe(true);
  });

  test('keep real-time sync stopped until it is started', async () => {
    await world.settings.intake().write({ stopped: { since: 1, by: 'mia' } }, 0);
    await world.pass();
    expect(await world.switches.isIntakeEnabled()).toBe(false);
    await world.settings.intake().write({ catchUpFrom: 1 }, 1);
    await world.pass();
    expect(await world.switches.isIntakeEnabled()).toBe(true);
  });
});

describe('an unfinished catch-up', () => {
  const owed = start - 3_600_000;
  const intake = async () => (await world.settings.intake().read()).value;
  const begin = (handler: string) =>
    world.ports.startRun({ handler, mode: 'full', options: {}, startedBy: 'operator:mia' });
  const caughtUp = async () =>
    (await world.begun()).filter(({ startedBy }) => startedBy === 'catch-up').map(({ handler }) => handler);

  test('starts once, within a minute after the run that blocked it has ended', async () => {
    const busy = await begin('customer');
    await world.settings.intake().write({ catchUpFrom: owed }, 0);
    await world.pass();
    expect(await caughtUp()).toEqual([]);
    expect(await intake()).toEqual({ catchUpFrom: owed });
    await world.end(busy);
    await world.pass();
    await world.pass();
    const [, run] = await world.begun();
    const window = { from: owed - 10 * minute, to: world.now - minute };
    expect(run).toMatchObject({
      mode: 'reconcile',
      window,
      options: { repair: ['source-ahead', 'missing'] },
    });
    expect(await caughtUp()).toEqual(['customer']);
    // Then events that were archived late are replayed, because of the deletes.
    const replay = { from: window.from, to: window.to + 2 * minute, notBefore: window.to + 12 * minute };
    expect(await intake()).toEqual({ replay });
  });

  test('starts once for each handler, however long another handler is busy', async () => {
    world = createWorld({ handlers: { customer, order: { ...customer, resourceType: 'order' } } });
    const busy = await begin('order');
    await world.settings.intake().write({ catchUpFrom: owed }, 0);
    await world.pass();
    await world.end((await world.begun()).at(-1));
    await world.pass();
    expect(await caughtUp()).toEqual(['customer']);
    await world.end(busy);
    await world.pass();
    expect(await caughtUp()).toEqual(['customer', 'order']);
    expect(await intake()).toHaveProperty('replay');
    expect(await intake()).not.toHaveProperty('catchUpRuns');
  });

  test('waits while real-time sync is stopped again', async () => {
    await world.settings.intake().write({ catchUpFrom: owed, stopped: { since: start, by: 'mia' } }, 0);
    await world.pass();
    expect(await world.begun()).toEqual([]);
  });
});

describe('the breaker', () => {
  const open = { state: 'open', since: start, code: 'FLUENT_503', successes: 0 } as const;

  test('closes after two probes and a time of least concurrency', async () => {
    await world.set({ breaker: open });
    const seen = [];
    for (let n = 1; n <= 9; n++) {
      const { count } = await world.pass();
      const { breaker } = await world.switchesOf();
      const isConsuming = await world.switches.isConsuming('customer');
      const least = world.switches.isAtLeastConcurrency('customer');
      seen.push([
        n,
        breaker?.state ?? 'closed',
        isConsuming ? (least ? 'least' : 'full') : 'off',
        count('BreakerOpen'),
      ]);
    }
    expect(seen).toEqual([
      [1, 'open', 'off', 1],
      [2, 'open', 'off', 1],
      [3, 'open', 'off', 1],
      [4, 'half-open', 'least', 1],
      [5, 'half-open', 'least', 1],
      [6, 'half-open', 'least', 1],
      [7, 'half-open', 'least', 1],
      [8, 'closed', 'full', 1],
      [9, 'closed', 'full', 0],
    ]);
  });

  test('stays open through a day without Fluent, and is counted every minute', async () => {
    world.isDown = true;
    await world.set({ breaker: open });
    let counted = 0;
    for (let n = 0; n < 1_440; n++) counted += (await world.pass()).count('BreakerOpen');
    expect(counted).toBe(1_440);
    expect(await world.switches.isConsuming('customer')).toBe(false);
  });

  test('stays open if the handler does not answer its probe, and logs only the name of the error', async () => {
    await world.set({ breaker: open });
    const handlerFunctions = { ask: () => Promise.reject(new TypeError('jane@example.com')) };
    const { errors } = await world.pass(2, { handlerFunctions });
    expect(errors).toEqual([{ code: 'PROBE_UNANSWERED', errorName: 'TypeError', place: 'breaker/customer' }]);
    expect((await world.switchesOf()).breaker).toMatchObject({ state: 'open', successes: 0 });
  });
});

describe('the watchdog', () => {
  const stopped = { status: 'Unhealthy', detail: 'ConfigurationErrorDeliveryStopped' } as const;

  test('raises the alarm every minute of an hour without delivery, then reconciles exactly that hour', async () => {
    await world.pass();
    const healthyAt = world.now;
    world.health = stopped;
    let counted = 0;
    for (let n = 0; n < 60; n++) counted += (await world.pass()).count('SubscriptionUnhealthy');
    // The next health check is five minutes later.
    expect(counted).toBeGreaterThanOrEqual(55);
    expect(await world.begun()).toEqual([]);

    world.health = { status: 'Healthy' };
    for (let n = 0; n < 5; n++) await world.pass();
    const { recoveredAt } = await world.watch();
    const runs = await world.begun();
    expect(runs).toMatchObject([
      {
        mode: 'reconcile',
        startedBy: 'watchdog',
        options: { compare: 'versions', repair: ['source-ahead', 'missing'] },
        window: { from: healthyAt - 600_000, to: recoveredAt },
      },
    ]);
    expect(await world.watch()).toMatchObject({ lostFrom: healthyAt, runId: runs[0]?.id });
    expect((await world.pass()).count('SubscriptionUnhealthy')).toBe(0);
  });

  test('requests a refused repair every minute until it has started once', async () => {
    await world.pass();
    const other = await world.ports.startRun({
      handler: 'customer',
      mode: 'full',
      options: {},
      startedBy: 'mia',
    });
    world.health = stopped;
    await world.pass(5);
    world.health = { status: 'Healthy' };
    await world.pass(5);
    await world.pass();
    expect(await world.begun()).toMatchObject([{ startedBy: 'mia' }]);
    await world.end(other);
    await world.pass();
    const [, repair] = await world.begun();
    expect(repair).toMatchObject({ startedBy: 'watchdog' });
    await world.end(repair);
    await world.pass();
    expect(await world.begun()).toHaveLength(2);
  });

  test('starts a sweep for the deletes of that time as soon as the repair is done, if sweeps are on', async () => {
    world = createWorld({ care: { sweepMinutes: 10_080 } });
    await world.pass();
    const { nextAt } = (await world.schedule('sweep')) ?? {};
    world.health = stopped;
    await world.pass(5);
    world.health = { status: 'Healthy' };
    await world.pass(5);
    await world.end((await world.begun())[0]);
    await world.pass();
    expect(await world.begun()).toMatchObject([{ startedBy: 'watchdog' }, { startedBy: 'schedule:sweep' }]);
    expect((await world.schedule('sweep'))?.nextAt).toBe(nextAt);
  });

  test('starts a run for every handler', async () => {
    world = createWorld({ handlers: { customer, mail: customer } });
    await world.pass();
    world.health = stopped;
    await world.pass(5);
    world.health = { status: 'Healthy' };
    await world.pass(5);
    expect((await world.begun()).map(({ handler }) => handler).sort()).toEqual(['customer', 'mail']);
  });

  test('starts no second repair after a pass that crashed', async () => {
    await world.pass();
    world.health = stopped;
    await world.pass(5);
    world.health = { status: 'Healthy' };
    const setting = world.settings.watch();
    let writes = 0;
    const dying = {
      ...world.settings,
      watch: () => ({
        read: () => setting.read(),
        write: (...change: Parameters<typeof setting.write>) =>
          ++writes === 1 ? setting.write(...change) : Promise.reject(new Error('The end.')),
      }),
    };
    await world.pass(5, { settings: dying });
    expect(await world.watch()).not.toHaveProperty('repairRuns');
    await world.pass();
    const [run, ...others] = await world.begun();
    expect(others).toEqual([]);
    expect(await world.watch()).toMatchObject({ repairRuns: { customer: run?.id }, runId: run?.id });
  });

  test('starts a failed repair again at the next health check, until one has finished', async () => {
    await world.pass();
    world.health = stopped;
    await world.pass(5);
    world.health = { status: 'Healthy' };
    await world.pass(5);
    const [first] = await world.begun();
    await world.end(first, 'failed');
    await world.pass();
    expect(await world.begun()).toHaveLength(1);
    await world.pass(10);
    const [, second] = await world.begun();
    expect(second).toMatchObject({ startedBy: 'watchdog', window: first?.window });
    await world.end(second, 'running');
    await world.end({ ...(second as Run), status: 'running' }, 'finished');
    await world.pass(5);
    expect(await world.watch()).toMatchObject({ repaired: ['customer'], repairRuns: {} });
    await world.pass(5);
    expect(await world.begun()).toHaveLength(2);
  });

  test('raises the alarm after three failed health checks in a row', async () => {
    world.health = new ConnectorError(
      { failureClass: 'retry', code: 'COMMERCETOOLS_NO_ANSWER' },
      'No answer.',
    );
    expect((await world.pass(5)).count('SubscriptionUnhealthy')).toBe(0);
    expect((await world.pass(5)).count('SubscriptionUnhealthy')).toBe(0);
    const { count } = await world.pass(5);
    expect(count('SubscriptionUnhealthy')).toBe(1);
    expect(count('CareProblems')).toBe(0);
    expect(await world.watch()).toMatchObject({ status: 'Unknown', detail: 'COMMERCETOOLS_NO_ANSWER' });
  });
});

describe('the schedules', () => {
  const paced = {
    reconcileMinutes: 15,
    incrementalMinutes: 1_440,
    comparisonMinutes: 1_440,
    sweepMinutes: 10_080,
  };
  beforeEach(() => {
    world = createWorld({ care: paced });
  });

  test('are stored in the first pass, which starts nothing', async () => {
    await world.pass();
    expect(await world.schedule('reconcile')).toMatchObject({
      enabled: true,
      everyMinutes: 15,
      nextAt: world.now + 15 * minute,
    });
    expect(world.started).toEqual([]);
  });

  test('start a reconcile every 15 minutes that repairs what is behind or missing', async () => {
    await world.pass();
    for (let n = 0; n < 45; n++) {
      await world.pass();
      for (const run of await world.runs.open()) await world.end(run);
    }
    expect(await world.begun()).toHaveLength(3);
    expect((await world.begun())[0]).toMatchObject({
      mode: 'reconcile',
      startedBy: 'schedule:reconcile',
      options: { compare: 'versions', repair: ['source-ahead', 'missing'] },
    });
    const last = (await world.begun()).at(-1);
    expect(await world.schedule('reconcile')).toMatchObject({ lastRunId: last?.id, lastAt: world.now });
  });

  test.each([
    ['incremental', { mode: 'full', reason: 'first' }],
    ['comparison', { mode: 'reconcile', options: { compare: 'oms' } }],
    ['sweep', { mode: 'sweep', options: { dryRun: false } }],
  ] as const)('start the run of %s', async (name, expected) => {
    await world.pass();
    await world.schedule(name, { nextAt: world.now });
    await world.pass();
    expect(await world.begun()).toMatchObject([{ ...expected, startedBy: `schedule:${name}` }]);
  });

  test('start a comparison that repairs nothing', async () => {
    await world.pass();
    await world.schedule('comparison', { nextAt: world.now });
    await world.pass();
    expect((await world.begun())[0]?.options).not.toHaveProperty('repair');
  });

  test('start in the first pass after a new time, and never while they are off', async () => {
    await world.pass();
    await world.schedule('reconcile', { nextAt: world.now + 90 * minute });
    await world.schedule('sweep', { nextAt: world.now, enabled: false });
    for (let n = 0; n < 89; n++) await world.pass();
    expect(world.started).toEqual([]);
    await world.pass();
    expect(await world.begun()).toMatchObject([{ startedBy: 'schedule:reconcile' }]);
  });

  test('start the rarest run first if several are due', async () => {
    await world.pass();
    for (const name of ['reconcile', 'sweep'] as const) await world.schedule(name, { nextAt: world.now });
    await world.pass();
    expect(await world.begun()).toMatchObject([{ mode: 'sweep' }]);
    expect(await world.schedule('reconcile')).toMatchObject({ lastProblem: 'RUN_BUSY' });
    await world.end((await world.begun())[0]);
    await world.pass();
    expect(await world.begun()).toMatchObject([{ mode: 'sweep' }, { mode: 'reconcile' }]);
    expect(await world.schedule('reconcile')).not.toHaveProperty('lastProblem');
  });

  test('do not take the open run of the last period for that of this period', async () => {
    await world.pass();
    await world.pass(15);
    const [run] = await world.begun();
    expect(await world.schedule('reconcile')).toMatchObject({ lastRunId: run?.id });
    await world.pass(15);
    expect(await world.schedule('reconcile')).toMatchObject({ lastProblem: 'RUN_BUSY', nextAt: world.now });
  });

  test('skip a period while the handler is paused, and store the reason', async () => {
    await world.pass();
    await world.set({ paused: { since: 1, by: 'mia' } });
    for (let n = 0; n < 16; n++) await world.pass();
    expect(await world.schedule('reconcile')).toMatchObject({ lastProblem: 'HANDLER_PAUSED' });
    for (let n = 0; n < 15; n++) await world.pass();
    expect((await world.schedule('reconcile'))?.nextAt).toBeGreaterThan(world.now);
    expect(await world.begun()).toEqual([]);
  });

  test('start once after a day without a pass', async () => {
    world = createWorld({ care: { reconcileMinutes: 15 } });
    await world.pass();
    await world.pass(1_440);
    for (let n = 0; n < 10; n++) {
      for (const run of await world.runs.open()) await world.end(run);
      await world.pass();
    }
    expect(await world.begun()).toHaveLength(1);
  });

  test('keep the change that an operator makes during a pass', async () => {
    await world.pass();
    const setting = world.settings.schedule('reconcile', 'customer');
    const moved = { enabled: false, everyMinutes: 30, nextAt: start };
    const startRun: CaretakerPorts['startRun'] = async (request) => {
      await setting.write(moved, (await setting.read()).revision);
      return world.ports.startRun(request);
    };
    await world.pass(15, { startRun });
    expect((await setting.read()).value).toEqual(moved);
  });
});

describe('runs without progress', () => {
  test('get a tick, unlike runs that progress or are paused', async () => {
    const run = await world.ports.startRun({
      handler: 'customer',
      mode: 'full',
      options: {},
      startedBy: 'mia',
    });
    world.ticks.sent.length = 0;
    await world.pass(1);
    expect(world.ticks.sent).toEqual([]);
    await world.pass(10);
    expect(world.ticks.sent).toEqual([{ runId: run.id, delaySeconds: 0 }]);
    await world.runs.setStatus(run, 'paused');
    await world.pass(100);
    expect(world.ticks.sent).toHaveLength(1);
  });
});

describe('the canary', () => {
  beforeEach(() => {
    world = createWorld({ care: { canaryCustomerId: canaryId, canaryMinutes: 15 } });
  });

  test('is touched, found in the sync record, and touched again one period later', async () => {
    await world.pass();
    expect(world.touches).toHaveLength(1);
    world.now += 3_000;
    await world.commit(2);
    expect((await world.pass()).count('CanarySeconds')).toBe(3);
    expect(await world.canary()).toMatchObject({ version: 2, latencyMs: 3_000 });
    expect((await world.pass(10)).count('CanarySeconds')).toBe(0);
    expect(world.touches).toHaveLength(1);
    await world.pass(5);
    expect(world.touches).toHaveLength(2);
    expect(new Set(world.touches).size).toBe(2);
  });

  test('is late in every minute from two periods after the touch until it arrives', async () => {
    await world.pass();
    expect((await world.pass(15)).count('CanaryLate')).toBe(0);
    expect((await world.pass(15)).count('CanaryLate')).toBe(1);
    expect((await world.pass()).count('CanaryLate')).toBe(1);
    await world.commit(2);
    expect((await world.pass()).count('CanaryLate')).toBe(0);
    expect(world.touches).toHaveLength(2);
  });

  test('is suspended during a pause, which does not count as latency', async () => {
    await world.pass();
    await world.set({ paused: { since: 1, by: 'mia' } });
    expect((await world.pass(100)).count('CanaryLate')).toBe(0);
    expect(world.touches).toHaveLength(1);
    const { paused: _ended, ...running } = await world.switchesOf();
    await world.settings.handler('customer').write(running, 1);
    expect((await world.pass()).count('CanaryLate')).toBe(0);
    expect(world.touches).toHaveLength(2);
  });

  test('is off without a customer, and without a connection that may change one', async () => {
    const { canary: _off, ...without } = world.ports;
    await caretakerPass(without);
    expect(world.touches).toEqual([]);
    world = createWorld();
    await world.pass();
    expect(world.touches).toEqual([]);
  });
});

describe('the second replay after a start', () => {
  const replay = { from: start - 60 * minute, to: start, notBefore: start + 10 * minute };

  test('runs once, when the archive is complete', async () => {
    world = createWorld();
    await world.settings.intake().write({ replay }, 0);
    await world.pass(9);
    expect(world.switches.replays()).toEqual([]);
    await world.pass();
    expect(world.switches.replays()).toMatchObject([{ from: replay.from, to: replay.to }]);
    expect((await world.settings.intake().read()).value).toEqual({});
    await world.pass();
    expect(world.switches.replays()).toHaveLength(1);
  });

  test('waits while real-time sync is stopped, because the rule would pass on nothing', async () => {
    world = createWorld();
    await world.settings.intake().write({ replay, stopped: { since: start, by: 'mia' } }, 0);
    await world.pass(20);
    expect(world.switches.replays()).toEqual([]);
    expect((await world.settings.intake().read()).value.replay).toEqual(replay);
  });
});

describe('a duty that fails', () => {
  test('does not stop the others, is counted, and is logged by code and place only', async () => {
    world = createWorld({ care: { canaryCustomerId: canaryId } });
    await world.set({ paused: { since: 1, by: 'mia' } });
    await world.settings.intake().write({ stopped: { since: 1, by: 'mia' } }, 0);
    const broken = {
      ...world.settings,
      watch: () => {
        throw new TypeError('jane@example.com');
      },
    };
    const run = { id: 'r', status: 'running', updatedAt: 0, cursor: {} } as Run;
    const failing = new ConnectorError({ failureClass: 'retry', code: 'SWITCH_ResourceInUse' }, 'Changing.');
    const { count, errors } = await world.pass(1, {
      settings: broken,
      runs: { ...world.runs, open: async () => [run] },
      switches: { ...world.switches, isConsuming: () => Promise.reject(failing) },
    });
    expect(count('CareProblems')).toBe(2);
    expect(errors).toEqual(
      expect.arrayContaining([
        { code: 'INTERNAL', errorName: 'TypeError', place: 'caretaker/watchdog' },
        { code: 'SWITCH_ResourceInUse', errorName: 'ConnectorError', place: 'caretaker/switches/customer' },
      ]),
    );
    expect(errors).toHaveLength(2);
    expect(await world.switches.isIntakeEnabled()).toBe(false);
    expect(world.ticks.sent).toHaveLength(1);
    expect(await world.schedule('reconcile')).toBeDefined();
  });
});

describe('the copies of erased customers', () => {
  const own = 'handler/customer/dead-letters';
  const keyOf = (n: number, handlerId = 'customer') => ({
    ...{ handlerId, projectKey, resourceType: 'customer', id: idOf(n) },
  });
  /** What a handler writes: the receipt, the item, then the sync record. */
  async function erase(n: number, { handlerId = 'customer', isCommitted = true } = {}) {
    const key = keyOf(n, handlerId);
    const subject = receiptSubject(key);
    await world.receipts.put({
      subject,
      erasedAt: world.now,
      how: 'erased',
      traceId: `trace-${n}`,
      incomplete: [],
    });
    await world.erased.add(key);
    if (isCommitted) await world.store.commitDeleted(key, { version: 3, erased: true });
  }
  const goneAt = async (n: number, handlerId = 'customer') =>
    (await world.receipts.read(receiptSubject(keyOf(n, handlerId))))?.copiesGoneAt;
  /** One pass, not at a full hour. */
  const pass = (changed: Partial<CaretakerPorts> = {}) => world.pass(1, changed);

  test('are deleted from all dead-letter queues within a minute, and the receipt says so', async () => {
    await erase(1);
    world.queueAdmin.put(own, idOf(1), idOf(2), {
      id: idOf(1),
      version: 99,
      kind: 'DELETE',
      dataErasure: true,
    });
    world.queueAdmin.put('ingest/dead-letters', idOf(1), idOf(3));
    world.queueAdmin.put('partner-rule/dead-letters', idOf(1));
    const { count } = await pass();
    expect(world.queueAdmin.held(own)).toEqual([idOf(2)]);
    expect(world.queueAdmin.held('ingest/dead-letters')).toEqual([idOf(3)]);
    expect(world.queueAdmin.held('partner-rule/dead-letters')).toEqual([]);
    expect(count('CopiesRemoved')).toBe(4);
    expect(await goneAt(1)).toBe(world.now);
    expect(count('CareProblems')).toBe(0);
  });

  test('stay while the erasure is not committed, because they may be its only trace', async () => {
    await erase(1, { isCommitted: false });
    await world.store.commitDeleted(keyOf(2), { version: 3, erased: false });
    await world.erased.add(keyOf(2));
    world.queueAdmin.put(own, idOf(1), idOf(2));
    await pass();
    expect(world.queueAdmin.held(own)).toEqual([idOf(1), idOf(2)]);
    expect(await goneAt(1)).toBeUndefined();
    await erase(1);
    await pass();
    expect(world.queueAdmin.held(own)).toEqual([idOf(2)]);
    expect(await goneAt(1)).toBe(world.now);
  });

  test('that arrive later are found at the next full hour, without a search every minute', async () => {
    await erase(1);
    await pass();
    world.queueAdmin.put(own, idOf(1));
    const searched: string[] = [];
    const copies: CaretakerPorts['copies'] = {
      remove: (queue, ...rest) => {
        searched.push(queue);
        return world.queueAdmin.copies.remove(queue, ...rest);
      },
    };
    for (let minutes = 2; minutes < 60; minutes++) await pass({ copies });
    expect(searched).toEqual([]);
    await pass({ copies });
    expect(searched).toEqual(['partner-rule', 'ingest', 'handler/customer']);
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(await goneAt(1)).toBe(start + minute);
  });

  test('among more dead letters than one pass searches are reported, and searched again', async () => {
    await erase(1);
    world.queueAdmin.put(own, ...Array.from({ length: 5_000 }, (_, n) => idOf(n + 2)), idOf(1));
    const { errors, count } = await pass();
    expect(errors).toMatchObject([{ code: 'COPIES_LEFT', place: 'caretaker/erased-copies' }]);
    expect(count('CareProblems')).toBe(1);
    expect(await goneAt(1)).toBeUndefined();
    await world.queueAdmin.purge(own);
    world.queueAdmin.put(own, idOf(1));
    await pass();
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(await goneAt(1)).toBe(world.now);
  });

  test('of a notification stay until every handler of its resource type has erased', async () => {
    const order = { ...customer, resourceType: 'order' };
    world = createWorld({ handlers: { customer, loyalty: customer, order } });
    await world.store.commitSynced(keyOf(1, 'loyalty'), { version: 1, hash: 'h', mapperVersion: 1 });
    await erase(1);
    world.queueAdmin.put('ingest/dead-letters', idOf(1));
    world.queueAdmin.put(own, idOf(1));
    world.queueAdmin.put('handler/loyalty/dead-letters', idOf(1));
    await pass();
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(world.queueAdmin.held('ingest/dead-letters')).toEqual([idOf(1)]);
    expect(world.queueAdmin.held('handler/loyalty/dead-letters')).toEqual([idOf(1)]);
    expect(await goneAt(1)).toBeUndefined();
    await erase(1, { handlerId: 'loyalty' });
    await pass();
    expect(await goneAt(1)).toBe(world.now);
    expect(world.queueAdmin.held('ingest/dead-letters')).toEqual([]);
    expect(world.queueAdmin.held('handler/loyalty/dead-letters')).toEqual([]);
    expect(await goneAt(1, 'loyalty')).toBe(world.now);
  });

  test('of a notification are deleted although another handler never had the customer', async () => {
    world = createWorld({ handlers: { customer, loyalty: customer } });
    await erase(1);
    world.queueAdmin.put('ingest/dead-letters', idOf(1));
    await pass();
    expect(world.queueAdmin.held('ingest/dead-letters')).toEqual([]);
    expect(await goneAt(1)).toBe(world.now);
  });

  test('are not reported as gone while the notifications are not searched completely', async () => {
    await erase(1);
    world.queueAdmin.put(own, idOf(1));
    const copies: CaretakerPorts['copies'] = {
      remove: async (queue, ...rest) =>
        queue === 'ingest' ? { removed: 0, isWhole: false } : world.queueAdmin.copies.remove(queue, ...rest),
    };
    expect((await pass({ copies })).errors).toMatchObject([{ code: 'COPIES_LEFT' }]);
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(await goneAt(1)).toBeUndefined();
    await pass();
    expect(await goneAt(1)).toBe(world.now);
  });

  test('of more customers than one read returns are all found', async () => {
    for (let n = 1; n <= 120; n++) await erase(n);
    world.queueAdmin.put(own, ...Array.from({ length: 120 }, (_, n) => idOf(n + 1)));
    await pass();
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(await goneAt(120)).toBe(world.now);
  });
});
