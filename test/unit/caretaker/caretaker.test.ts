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
/** Nothing starts by itself unless a test wants it. */
const offSchedules = {
  reconcileMinutes: 0,
  incrementalMinutes: 0,
  comparisonMinutes: 0,
  sweepMinutes: 0,
};

/** A connector in memory, and a caretaker that looks once a minute. */
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
    /** What was asked for, whether it began or not. */
    started,
    /** One look after `minutes`; answers what it counted and told. */
    async look(minutes = 1, changed: Partial<CaretakerPorts> = {}) {
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
    ['a paused handler that takes is stopped', { taking: true }, false],
    ['a paused handler that does not is left alone', { taking: false }, false],
  ])('%s', async (_, { taking }, expected) => {
    await world.set({ paused: { since: 1, by: 'mia' } });
    world.switches.deploy({ taking, listening: true });
    await world.look();
    expect(await world.switches.isConsuming('customer')).toBe(expected);
  });

  test('a handler that nobody paused takes again after a deployment that left it off', async () => {
    world.switches.deploy({ taking: false, listening: true });
    await world.look();
    expect(await world.switches.isConsuming('customer')).toBe(true);
  });

  test('a stopped intake stays stopped, and one that is being started is not stopped again', async () => {
    await world.settings.intake().write({ stopped: { since: 1, by: 'mia' } }, 0);
    await world.look();
    expect(await world.switches.isIntakeEnabled()).toBe(false);
    await world.settings.intake().write({ catchUpFrom: 1 }, 1);
    await world.look();
    expect(await world.switches.isIntakeEnabled()).toBe(true);
  });
});

describe('what a start could not catch up', () => {
  const owed = start - 3_600_000;
  const intake = async () => (await world.settings.intake().read()).value;
  const begin = (handler: string) =>
    world.ports.startRun({ handler, mode: 'full', options: {}, startedBy: 'operator:mia' });
  const caughtUp = async () =>
    (await world.begun()).filter(({ startedBy }) => startedBy === 'catch-up').map(({ handler }) => handler);

  test('begins within a minute after the run that was in its way has ended, once', async () => {
    const busy = await begin('customer');
    await world.settings.intake().write({ catchUpFrom: owed }, 0);
    await world.look();
    expect(await caughtUp()).toEqual([]);
    expect(await intake()).toEqual({ catchUpFrom: owed });
    await world.end(busy);
    await world.look();
    await world.look();
    const [, run] = await world.begun();
    const window = { from: owed - 10 * minute, to: world.now - minute };
    expect(run).toMatchObject({
      mode: 'reconcile',
      window,
      options: { repair: ['source-ahead', 'missing'] },
    });
    expect(await caughtUp()).toEqual(['customer']);
    // What the archive took late is replayed then, for its deletes.
    const replay = { from: window.from, to: window.to + 2 * minute, notBefore: window.to + 12 * minute };
    expect(await intake()).toEqual({ replay });
  });

  test('is begun once for each handler, however long another one is busy', async () => {
    world = createWorld({ handlers: { customer, order: { ...customer, resourceType: 'order' } } });
    const busy = await begin('order');
    await world.settings.intake().write({ catchUpFrom: owed }, 0);
    await world.look();
    await world.end((await world.begun()).at(-1));
    await world.look();
    expect(await caughtUp()).toEqual(['customer']);
    await world.end(busy);
    await world.look();
    expect(await caughtUp()).toEqual(['customer', 'order']);
    expect(await intake()).toHaveProperty('replay');
    expect(await intake()).not.toHaveProperty('catchUpRuns');
  });

  test('waits while real-time sync is stopped again', async () => {
    await world.settings.intake().write({ catchUpFrom: owed, stopped: { since: start, by: 'mia' } }, 0);
    await world.look();
    expect(await world.begun()).toEqual([]);
  });
});

describe('the breaker', () => {
  const open = { state: 'open', since: start, code: 'FLUENT_503', successes: 0 } as const;

  test('leads back: two probes, least concurrency, full concurrency', async () => {
    await world.set({ breaker: open });
    const seen = [];
    for (let n = 1; n <= 9; n++) {
      const { count } = await world.look();
      const { breaker } = await world.switchesOf();
      const taking = await world.switches.isConsuming('customer');
      const least = world.switches.isAtLeastConcurrency('customer');
      seen.push([
        n,
        breaker?.state ?? 'closed',
        taking ? (least ? 'least' : 'full') : 'off',
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
    for (let n = 0; n < 1_440; n++) counted += (await world.look()).count('BreakerOpen');
    expect(counted).toBe(1_440);
    expect(await world.switches.isConsuming('customer')).toBe(false);
  });

  test('a handler that does not answer its probe keeps it open, and is told by name alone', async () => {
    await world.set({ breaker: open });
    const handlerFunctions = { ask: () => Promise.reject(new TypeError('jane@example.com')) };
    const { errors } = await world.look(2, { handlerFunctions });
    expect(errors).toEqual([{ code: 'PROBE_UNANSWERED', errorName: 'TypeError', place: 'breaker/customer' }]);
    expect((await world.switchesOf()).breaker).toMatchObject({ state: 'open', successes: 0 });
  });
});

describe('the watchdog', () => {
  const stopped = { status: 'Unhealthy', detail: 'ConfigurationErrorDeliveryStopped' } as const;

  test('an hour without delivery is alarmed every minute, and then exactly that hour is reconciled', async () => {
    await world.look();
    const healthyAt = world.now;
    world.health = stopped;
    let counted = 0;
    for (let n = 0; n < 60; n++) counted += (await world.look()).count('SubscriptionUnhealthy');
    // Seen at the first look that is due, five minutes later.
    expect(counted).toBeGreaterThanOrEqual(55);
    expect(await world.begun()).toEqual([]);

    world.health = { status: 'Healthy' };
    for (let n = 0; n < 5; n++) await world.look();
    const { backAt } = await world.watch();
    const runs = await world.begun();
    expect(runs).toMatchObject([
      {
        mode: 'reconcile',
        startedBy: 'watchdog',
        options: { compare: 'versions', repair: ['source-ahead', 'missing'] },
        window: { from: healthyAt - 600_000, to: backAt },
      },
    ]);
    expect(await world.watch()).toMatchObject({ lostFrom: healthyAt, runId: runs[0]?.id });
    expect((await world.look()).count('SubscriptionUnhealthy')).toBe(0);
  });

  test('a repair that is refused is asked for every minute until it begins, once', async () => {
    await world.look();
    const other = await world.ports.startRun({
      handler: 'customer',
      mode: 'full',
      options: {},
      startedBy: 'mia',
    });
    world.health = stopped;
    await world.look(5);
    world.health = { status: 'Healthy' };
    await world.look(5);
    await world.look();
    expect(await world.begun()).toMatchObject([{ startedBy: 'mia' }]);
    await world.end(other);
    await world.look();
    const [, repair] = await world.begun();
    expect(repair).toMatchObject({ startedBy: 'watchdog' });
    await world.end(repair);
    await world.look();
    expect(await world.begun()).toHaveLength(2);
  });

  test('deletes of that time are looked for by a sweep as soon as the repair is done, if sweeps are on', async () => {
    world = createWorld({ care: { sweepMinutes: 10_080 } });
    await world.look();
    const { nextAt } = (await world.schedule('sweep')) ?? {};
    world.health = stopped;
    await world.look(5);
    world.health = { status: 'Healthy' };
    await world.look(5);
    await world.end((await world.begun())[0]);
    await world.look();
    expect(await world.begun()).toMatchObject([{ startedBy: 'watchdog' }, { startedBy: 'schedule:sweep' }]);
    expect((await world.schedule('sweep'))?.nextAt).toBe(nextAt);
  });

  test('every handler gets its own run', async () => {
    world = createWorld({ handlers: { customer, mail: customer } });
    await world.look();
    world.health = stopped;
    await world.look(5);
    world.health = { status: 'Healthy' };
    await world.look(5);
    expect((await world.begun()).map(({ handler }) => handler).sort()).toEqual(['customer', 'mail']);
  });

  test('a look that died after it began the repair does not begin another', async () => {
    await world.look();
    world.health = stopped;
    await world.look(5);
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
    await world.look(5, { settings: dying });
    expect(await world.watch()).not.toHaveProperty('repairRuns');
    await world.look();
    const [run, ...others] = await world.begun();
    expect(others).toEqual([]);
    expect(await world.watch()).toMatchObject({ repairRuns: { customer: run?.id }, runId: run?.id });
  });

  test('a repair that fails begins anew with the next look, until one has finished', async () => {
    await world.look();
    world.health = stopped;
    await world.look(5);
    world.health = { status: 'Healthy' };
    await world.look(5);
    const [first] = await world.begun();
    await world.end(first, 'failed');
    await world.look();
    expect(await world.begun()).toHaveLength(1);
    await world.look(10);
    const [, second] = await world.begun();
    expect(second).toMatchObject({ startedBy: 'watchdog', window: first?.window });
    await world.end(second, 'running');
    await world.end({ ...(second as Run), status: 'running' }, 'finished');
    await world.look(5);
    expect(await world.watch()).toMatchObject({ repaired: ['customer'], repairRuns: {} });
    await world.look(5);
    expect(await world.begun()).toHaveLength(2);
  });

  test('three blind looks in a row are told, one is not', async () => {
    world.health = new ConnectorError(
      { failureClass: 'retry', code: 'COMMERCETOOLS_NO_ANSWER' },
      'No answer.',
    );
    expect((await world.look(5)).count('SubscriptionUnhealthy')).toBe(0);
    expect((await world.look(5)).count('SubscriptionUnhealthy')).toBe(0);
    const { count } = await world.look(5);
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

  test('stand in the table after the first look, and nothing starts by it', async () => {
    await world.look();
    expect(await world.schedule('reconcile')).toMatchObject({
      enabled: true,
      everyMinutes: 15,
      nextAt: world.now + 15 * minute,
    });
    expect(world.started).toEqual([]);
  });

  test('a reconcile comes every 15 minutes and repairs what is behind or missing', async () => {
    await world.look();
    for (let n = 0; n < 45; n++) {
      await world.look();
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
  ] as const)('%s starts its own kind of run', async (name, expected) => {
    await world.look();
    await world.schedule(name, { nextAt: world.now });
    await world.look();
    expect(await world.begun()).toMatchObject([{ ...expected, startedBy: `schedule:${name}` }]);
  });

  test('a comparison repairs nothing by itself', async () => {
    await world.look();
    await world.schedule('comparison', { nextAt: world.now });
    await world.look();
    expect((await world.begun())[0]?.options).not.toHaveProperty('repair');
  });

  test('moved to a time it starts at the first look after it; off it never starts', async () => {
    await world.look();
    await world.schedule('reconcile', { nextAt: world.now + 90 * minute });
    await world.schedule('sweep', { nextAt: world.now, enabled: false });
    for (let n = 0; n < 89; n++) await world.look();
    expect(world.started).toEqual([]);
    await world.look();
    expect(await world.begun()).toMatchObject([{ startedBy: 'schedule:reconcile' }]);
  });

  test('of several that are due at once the rare one goes first, the others follow', async () => {
    await world.look();
    for (const name of ['reconcile', 'sweep'] as const) await world.schedule(name, { nextAt: world.now });
    await world.look();
    expect(await world.begun()).toMatchObject([{ mode: 'sweep' }]);
    expect(await world.schedule('reconcile')).toMatchObject({ lastProblem: 'RUN_BUSY' });
    await world.end((await world.begun())[0]);
    await world.look();
    expect(await world.begun()).toMatchObject([{ mode: 'sweep' }, { mode: 'reconcile' }]);
    expect(await world.schedule('reconcile')).not.toHaveProperty('lastProblem');
  });

  test('a run that is still going from the last period is not taken for this one', async () => {
    await world.look();
    await world.look(15);
    const [run] = await world.begun();
    expect(await world.schedule('reconcile')).toMatchObject({ lastRunId: run?.id });
    await world.look(15);
    expect(await world.schedule('reconcile')).toMatchObject({ lastProblem: 'RUN_BUSY', nextAt: world.now });
  });

  test('against a paused handler nothing starts, is noted, and the next period comes', async () => {
    await world.look();
    await world.set({ paused: { since: 1, by: 'mia' } });
    for (let n = 0; n < 16; n++) await world.look();
    expect(await world.schedule('reconcile')).toMatchObject({ lastProblem: 'HANDLER_PAUSED' });
    for (let n = 0; n < 15; n++) await world.look();
    expect((await world.schedule('reconcile'))?.nextAt).toBeGreaterThan(world.now);
    expect(await world.begun()).toEqual([]);
  });

  test('what slept for a day starts once', async () => {
    world = createWorld({ care: { reconcileMinutes: 15 } });
    await world.look();
    await world.look(1_440);
    for (let n = 0; n < 10; n++) {
      for (const run of await world.runs.open()) await world.end(run);
      await world.look();
    }
    expect(await world.begun()).toHaveLength(1);
  });

  test('an operator who moves it during the look has the last word', async () => {
    await world.look();
    const setting = world.settings.schedule('reconcile', 'customer');
    const moved = { enabled: false, everyMinutes: 30, nextAt: start };
    const startRun: CaretakerPorts['startRun'] = async (request) => {
      await setting.write(moved, (await setting.read()).revision);
      return world.ports.startRun(request);
    };
    await world.look(15, { startRun });
    expect((await setting.read()).value).toEqual(moved);
  });
});

describe('runs that stand still', () => {
  test('get a tick, those that move or are paused do not', async () => {
    const run = await world.ports.startRun({
      handler: 'customer',
      mode: 'full',
      options: {},
      startedBy: 'mia',
    });
    world.ticks.sent.length = 0;
    await world.look(1);
    expect(world.ticks.sent).toEqual([]);
    await world.look(10);
    expect(world.ticks.sent).toEqual([{ runId: run.id, delaySeconds: 0 }]);
    await world.runs.setStatus(run, 'paused');
    await world.look(100);
    expect(world.ticks.sent).toHaveLength(1);
  });
});

describe('the canary', () => {
  beforeEach(() => {
    world = createWorld({ care: { canaryCustomerId: canaryId, canaryMinutes: 15 } });
  });

  test('is touched, seen in the row of its handler, and touched again a period later', async () => {
    await world.look();
    expect(world.touches).toHaveLength(1);
    world.now += 3_000;
    await world.commit(2);
    expect((await world.look()).count('CanarySeconds')).toBe(3);
    expect(await world.canary()).toMatchObject({ version: 2, latencyMs: 3_000 });
    expect((await world.look(10)).count('CanarySeconds')).toBe(0);
    expect(world.touches).toHaveLength(1);
    await world.look(5);
    expect(world.touches).toHaveLength(2);
    expect(new Set(world.touches).size).toBe(2);
  });

  test('is late when two periods passed without it, every minute until it comes', async () => {
    await world.look();
    expect((await world.look(15)).count('CanaryLate')).toBe(0);
    expect((await world.look(15)).count('CanaryLate')).toBe(1);
    expect((await world.look()).count('CanaryLate')).toBe(1);
    await world.commit(2);
    expect((await world.look()).count('CanaryLate')).toBe(0);
    expect(world.touches).toHaveLength(2);
  });

  test('rests while the way is closed on purpose, and is not late because of it', async () => {
    await world.look();
    await world.set({ paused: { since: 1, by: 'mia' } });
    expect((await world.look(100)).count('CanaryLate')).toBe(0);
    expect(world.touches).toHaveLength(1);
    const { paused: _ended, ...running } = await world.switchesOf();
    await world.settings.handler('customer').write(running, 1);
    expect((await world.look()).count('CanaryLate')).toBe(0);
    expect(world.touches).toHaveLength(2);
  });

  test('is off without a customer, and without a connection that may change one', async () => {
    const { canary: _off, ...without } = world.ports;
    await caretakerPass(without);
    expect(world.touches).toEqual([]);
    world = createWorld();
    await world.look();
    expect(world.touches).toEqual([]);
  });
});

describe('the second replay after a start', () => {
  const replay = { from: start - 60 * minute, to: start, notBefore: start + 10 * minute };

  test('comes once the archive holds all, and once', async () => {
    world = createWorld();
    await world.settings.intake().write({ replay }, 0);
    await world.look(9);
    expect(world.switches.replays()).toEqual([]);
    await world.look();
    expect(world.switches.replays()).toMatchObject([{ from: replay.from, to: replay.to }]);
    expect((await world.settings.intake().read()).value).toEqual({});
    await world.look();
    expect(world.switches.replays()).toHaveLength(1);
  });

  test('waits while real-time sync is stopped: the rule would hand on nothing', async () => {
    world = createWorld();
    await world.settings.intake().write({ replay, stopped: { since: start, by: 'mia' } }, 0);
    await world.look(20);
    expect(world.switches.replays()).toEqual([]);
    expect((await world.settings.intake().read()).value.replay).toEqual(replay);
  });
});

describe('a duty that fails', () => {
  test('does not stop the others, is counted, and told by code and place alone', async () => {
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
    const { count, errors } = await world.look(1, {
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

describe('the copies of who was erased', () => {
  const own = 'handler/customer/dead-letters';
  const keyOf = (n: number, handlerId = 'customer') => ({
    ...{ handlerId, projectKey, resourceType: 'customer', id: idOf(n) },
  });
  /** As a handler leaves it: the receipt, the item, and then the row. */
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
  /** Looks that are no full hour. */
  const look = (changed: Partial<CaretakerPorts> = {}) => world.look(1, changed);

  test('are taken out of all dead letters within a minute, and the receipt says so', async () => {
    await erase(1);
    world.queueAdmin.put(own, idOf(1), idOf(2), {
      id: idOf(1),
      version: 99,
      kind: 'DELETE',
      dataErasure: true,
    });
    world.queueAdmin.put('ingest/dead-letters', idOf(1), idOf(3));
    world.queueAdmin.put('partner-rule/dead-letters', idOf(1));
    const { count } = await look();
    expect(world.queueAdmin.held(own)).toEqual([idOf(2)]);
    expect(world.queueAdmin.held('ingest/dead-letters')).toEqual([idOf(3)]);
    expect(world.queueAdmin.held('partner-rule/dead-letters')).toEqual([]);
    expect(count('CopiesRemoved')).toBe(4);
    expect(await goneAt(1)).toBe(world.now);
    expect(count('CareProblems')).toBe(0);
  });

  test('stay while the erasure is not committed: one of them may be all that is left of it', async () => {
    await erase(1, { isCommitted: false });
    await world.store.commitDeleted(keyOf(2), { version: 3, erased: false });
    await world.erased.add(keyOf(2));
    world.queueAdmin.put(own, idOf(1), idOf(2));
    await look();
    expect(world.queueAdmin.held(own)).toEqual([idOf(1), idOf(2)]);
    expect(await goneAt(1)).toBeUndefined();
    await erase(1);
    await look();
    expect(world.queueAdmin.held(own)).toEqual([idOf(2)]);
    expect(await goneAt(1)).toBe(world.now);
  });

  test('that turn up later are found at the next full hour, and not asked for every minute', async () => {
    await erase(1);
    await look();
    world.queueAdmin.put(own, idOf(1));
    const asked: string[] = [];
    const copies: CaretakerPorts['copies'] = {
      remove: (queue, ...rest) => {
        asked.push(queue);
        return world.queueAdmin.copies.remove(queue, ...rest);
      },
    };
    for (let minutes = 2; minutes < 60; minutes++) await look({ copies });
    expect(asked).toEqual([]);
    await look({ copies });
    expect(asked).toEqual(['partner-rule', 'ingest', 'handler/customer']);
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(await goneAt(1)).toBe(start + minute);
  });

  test('among more dead letters than a look takes are a problem that is told, and looked for again', async () => {
    await erase(1);
    world.queueAdmin.put(own, ...Array.from({ length: 5_000 }, (_, n) => idOf(n + 2)), idOf(1));
    const { errors, count } = await look();
    expect(errors).toMatchObject([{ code: 'COPIES_LEFT', place: 'caretaker/erased-copies' }]);
    expect(count('CareProblems')).toBe(1);
    expect(await goneAt(1)).toBeUndefined();
    await world.queueAdmin.purge(own);
    world.queueAdmin.put(own, idOf(1));
    await look();
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(await goneAt(1)).toBe(world.now);
  });

  test('of a notification stay until every handler of its kind has erased', async () => {
    const order = { ...customer, resourceType: 'order' };
    world = createWorld({ handlers: { customer, loyalty: customer, order } });
    await world.store.commitSynced(keyOf(1, 'loyalty'), { version: 1, hash: 'h', mapperVersion: 1 });
    await erase(1);
    world.queueAdmin.put('ingest/dead-letters', idOf(1));
    world.queueAdmin.put(own, idOf(1));
    world.queueAdmin.put('handler/loyalty/dead-letters', idOf(1));
    await look();
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(world.queueAdmin.held('ingest/dead-letters')).toEqual([idOf(1)]);
    expect(world.queueAdmin.held('handler/loyalty/dead-letters')).toEqual([idOf(1)]);
    expect(await goneAt(1)).toBeUndefined();
    await erase(1, { handlerId: 'loyalty' });
    await look();
    expect(await goneAt(1)).toBe(world.now);
    expect(world.queueAdmin.held('ingest/dead-letters')).toEqual([]);
    expect(world.queueAdmin.held('handler/loyalty/dead-letters')).toEqual([]);
    expect(await goneAt(1, 'loyalty')).toBe(world.now);
  });

  test('of a notification go although a handler of its kind never had the customer', async () => {
    world = createWorld({ handlers: { customer, loyalty: customer } });
    await erase(1);
    world.queueAdmin.put('ingest/dead-letters', idOf(1));
    await look();
    expect(world.queueAdmin.held('ingest/dead-letters')).toEqual([]);
    expect(await goneAt(1)).toBe(world.now);
  });

  test('are not called gone while the notifications could not be looked through', async () => {
    await erase(1);
    world.queueAdmin.put(own, idOf(1));
    const copies: CaretakerPorts['copies'] = {
      remove: async (queue, ...rest) =>
        queue === 'ingest' ? { removed: 0, isWhole: false } : world.queueAdmin.copies.remove(queue, ...rest),
    };
    expect((await look({ copies })).errors).toMatchObject([{ code: 'COPIES_LEFT' }]);
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(await goneAt(1)).toBeUndefined();
    await look();
    expect(await goneAt(1)).toBe(world.now);
  });

  test('of more than one read of the table are all found', async () => {
    for (let n = 1; n <= 120; n++) await erase(n);
    world.queueAdmin.put(own, ...Array.from({ length: 120 }, (_, n) => idOf(n + 1)));
    await look();
    expect(world.queueAdmin.held(own)).toEqual([]);
    expect(await goneAt(120)).toBe(world.now);
  });
});
