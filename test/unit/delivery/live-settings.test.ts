import { describe, expect, test } from 'vitest';
import { scheduleName, scheduleNames, watermarkKinds } from '../../../lambdas/core/base/live-settings.ts';
import {
  readSetting,
  type SettingKind,
  settingsOver,
  settingText,
} from '../../../lambdas/core/base/setting-kinds.ts';

/** What each setting is called, and what it is while nothing is stored. */
function opened() {
  const kinds: SettingKind<unknown>[] = [];
  const store = settingsOver((kind) => {
    kinds.push(kind as SettingKind<unknown>);
    return undefined as never;
  });
  store.handler('customer');
  store.intake();
  store.schedule('sweep', 'customer');
  store.watch();
  store.canary();
  store.watermark('incremental', 'customer');
  return kinds;
}

const kinds = new Map(opened().map((kind) => [kind.name, kind]));

function stored(name: string, value: unknown) {
  const kind = kinds.get(name);
  if (!kind) throw new Error(`no setting ${name}`);
  return readSetting(kind, typeof value === 'string' ? value : JSON.stringify(value));
}

const unhealthy = { status: 'Unhealthy', repaired: [], failedChecks: 0 };
const closed = { state: 'half-open', since: 1, code: 'FLUENT_503', successes: 2, lastProbeAt: 3 };
const whole: [name: string, value: object][] = [
  ['handler/customer', { mode: 'prepare', paused: { since: 1, by: 'ann' }, breaker: closed }],
  ['handler/customer', { mode: 'process', breaker: { ...closed, state: 'open' } }],
  [
    'intake',
    {
      stopped: { since: 1, by: 'ann' },
      catchUpFrom: 2,
      catchUpRuns: { customer: 'run' },
      replay: { from: 1, to: 2, notBefore: 3 },
    },
  ],
  [
    'schedule/sweep/customer',
    {
      enabled: true,
      everyMinutes: 15,
      nextAt: 1,
      onceAt: 2,
      lastAt: 3,
      lastRunId: 'run',
      lastProblem: 'RUN_BUSY',
      stageMinutes: 0,
    },
  ],
  [
    'watch',
    {
      status: 'TemporaryError',
      lastHealthyAt: 1,
      lostFrom: 2,
      recoveredAt: 3,
      runId: 'run',
      repairRuns: { customer: 'run' },
      repaired: ['customer'],
      lastCheckAt: 4,
      failedChecks: 5,
      detail: 'TemporaryError',
    },
  ],
  ['canary', { touchedAt: 1, version: 2, seenAt: 3, latencyMs: 4 }],
  ['watermark/incremental/customer', { until: 1, runId: 'run', at: 2 }],
];

describe('a live setting', () => {
  test.each(whole)('%s is read as it was written', (name, value) => {
    expect(stored(name, settingText(value))).toEqual({ value, isReadable: true });
  });

  test('has one of these names, and a default in an empty table', () => {
    expect(Object.fromEntries([...kinds].map(([name, { fallback }]) => [name, fallback]))).toEqual({
      'handler/customer': { mode: 'process' },
      intake: {},
      'schedule/sweep/customer': undefined,
      watch: { status: 'Unknown', repaired: [], failedChecks: 0 },
      canary: {},
      'watermark/incremental/customer': undefined,
    });
  });

  test.each([...kinds].map(([name, { fallback }]) => [name, fallback] as const))(
    '%s can be reset to its default',
    (name, fallback) => {
      expect(settingText(undefined)).toBe('null');
      expect(stored(name, 'null')).toEqual({ value: fallback, isReadable: true });
    },
  );

  test.each<[name: string, value: unknown]>([
    ['handler/customer', 'no json'],
    ['handler/customer', 'x'.repeat(2)],
    ['handler/customer', { mode: 'off' }],
    ['handler/customer', { paused: {} }],
    ['handler/customer', { paused: { since: -1, by: 'ann' } }],
    ['handler/customer', { paused: { since: 1.5, by: 'ann' } }],
    ['handler/customer', { paused: { since: 1 } }],
    ['handler/customer', { breaker: { ...closed, state: 'closed' } }],
    ['handler/customer', { breaker: { ...closed, since: undefined } }],
    ['handler/customer', { breaker: { ...closed, code: undefined } }],
    ['intake', { stopped: { by: 'ann' } }],
    ['intake', { catchUpRuns: { customer: 1 } }],
    ['intake', { replay: { from: 1, to: 2 } }],
    ['schedule/sweep/customer', {}],
    ['schedule/sweep/customer', { enabled: true, everyMinutes: 0, nextAt: 1 }],
    ['schedule/sweep/customer', { enabled: true, everyMinutes: 44_641, nextAt: 1 }],
    ['schedule/sweep/customer', { enabled: 'yes', everyMinutes: 15, nextAt: 1 }],
    ['schedule/sweep/customer', { enabled: true, everyMinutes: 15 }],
    ['watch', { status: 'Well' }],
    ['watch', { ...unhealthy, repaired: 'customer' }],
    ['watch', { ...unhealthy, repairRuns: { customer: 1 } }],
    ['watch', { ...unhealthy, failedChecks: -1 }],
    ['canary', { touchedAt: 'now' }],
    ['watermark/incremental/customer', { until: 1, at: 2 }],
    ['watermark/incremental/customer', { until: 1, runId: 'run' }],
    ['watermark/incremental/customer', { runId: 'run', at: 2 }],
  ])('%s falls back to its default if it is unreadable (%j), and reports that', (name, value) => {
    expect(stored(name, value)).toEqual({ value: kinds.get(name)?.fallback, isReadable: false });
  });

  test('allows intervals up to a month, and counters start at zero', () => {
    const monthly = { enabled: false, everyMinutes: 44_640, nextAt: 0 };
    expect(stored('schedule/sweep/customer', monthly)).toEqual({ value: monthly, isReadable: true });
    expect(stored('watch', { status: 'Healthy' }).value).toEqual({ ...unhealthy, status: 'Healthy' });
    const fresh = { breaker: { state: 'open', since: 1, code: 'X' } };
    expect(stored('handler/customer', fresh).value).toEqual({
      mode: 'process',
      breaker: { ...fresh.breaker, successes: 0 },
    });
  });
});

test('an unknown schedule or watermark is refused', () => {
  const store = settingsOver(() => undefined as never);
  expect(() => store.schedule('hourly' as never, 'customer')).toThrow();
  expect(() => store.watermark('full' as never, 'customer')).toThrow();
  for (const name of scheduleNames) expect(() => store.schedule(name, 'customer')).not.toThrow();
  for (const kind of watermarkKinds) expect(() => store.watermark(kind, 'customer')).not.toThrow();
  expect(scheduleName.options).toEqual(['reconcile', 'incremental', 'comparison', 'sweep']);
  expect([...watermarkKinds]).toEqual(['incremental', 'reconcile']);
});
