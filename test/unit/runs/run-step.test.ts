import { describe, expect, test } from 'vitest';
import type { Run } from '../../../lambdas/core/runs/run.ts';
import { pageLimit, pauseAfter, secondsUntil } from '../../../lambdas/core/runs/run-pace.ts';
import { runSettings } from '../../../lambdas/core/runs/run-settings.ts';
import { decideStep, pageInHand, settlePause } from '../../../lambdas/core/runs/run-step.ts';
import { stuckRuns } from '../../../lambdas/core/runs/run-stuck.ts';
import { readTick } from '../../../lambdas/core/runs/run-tick.ts';
import { pageOf } from '../../../lambdas/run-feeder/page-decision.ts';
import { someRun } from '../../builders/runs.ts';

const settings = runSettings.parse({ maxPages: 100 });
const now = 1_000_000;
const run = someRun({ status: 'running', cursor: { page: 3, stage: 'source' } });

function decided(over: Partial<Run> = {}, tick: { page?: number; wait?: number } = {}, receives = 1) {
  return decideStep({ ...run, ...over }, { tick: { runId: run.id, ...tick }, receives, now, settings });
}

describe('a step', () => {
  test('sends the page in hand', () => {
    expect(pageInHand(run)).toBe(4);
    expect(decided()).toEqual({ step: 'page' });
    expect(decided({}, { page: 4 })).toEqual({ step: 'page' });
    expect(decided({ status: 'preparing' })).toEqual({ step: 'page' });
  });

  test('of a run that has ended, is paused or does not exist is dropped', () => {
    for (const status of ['finished', 'failed', 'cancelled', 'paused'] as const)
      expect(decided({ status })).toEqual({ step: 'drop' });
    const facts = { tick: { runId: run.id }, receives: 1, now, settings };
    expect(decideStep(undefined, facts)).toEqual({ step: 'drop' });
  });

  test.each([
    [3, 1, 'drop'],
    [3, 2, 'send-next'],
    [2, 2, 'drop'],
    [5, 2, 'drop'],
  ])('for page %i, received %i times, when page 4 is in hand: %s', (page, receives, step) => {
    expect(decided({}, { page }, receives)).toEqual({ step });
  });

  test.each([
    [2, 1, 'page'],
    [2, 2, 'page'],
    [1, 1, 'drop'],
    [1, 2, 'send-next'],
    [3, 2, 'drop'],
  ])('of wait %i, received %i times, when the run waits for the second time: %s', (wait, receives, step) => {
    expect(decided({ waits: 2 }, { page: 4, wait }, receives)).toEqual({ step });
  });

  test('that ends a wait is dropped if the run has never waited', () => {
    expect(decided({}, { wait: 1 }, 1)).toEqual({ step: 'drop' });
  });

  test('settles after the last page, even at maxPages', () => {
    expect(decided({ cursor: { page: 100, stage: 'done' } })).toEqual({ step: 'settle' });
  });

  test('fails the run beyond maxPages', () => {
    expect(decided({ cursor: { page: 99, stage: 'source' } })).toEqual({ step: 'page' });
    expect(decided({ cursor: { page: 100, stage: 'source' } })).toEqual({
      step: 'fail',
      code: 'TOO_MANY_PAGES',
    });
  });

  test.each([
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [2_400_000, 900],
  ])('waits until the page is due: %i ms are %i s', (wait, seconds) => {
    const cursor = { page: 3, stage: 'source', notBefore: now + wait } as const;
    expect(decided({ cursor })).toEqual({ step: 'later', seconds });
  });

  test('sends the page exactly when it is due', () => {
    expect(decided({ cursor: { page: 3, stage: 'source', notBefore: now } })).toEqual({ step: 'page' });
  });
});

describe('a sweep above its cap', () => {
  const sweep = (orphan: number | undefined, listed: number, over: Partial<Run> = {}) =>
    decided({
      mode: 'sweep',
      cursor: { page: 3, stage: 'confirm' },
      counts: { listed, planned: 0, classes: orphan === undefined ? {} : { orphan } },
      ...over,
    });

  test('fails; up to the cap, rounded up, it continues', () => {
    expect(sweep(undefined, 1_000)).toEqual({ step: 'page' });
    expect(sweep(10, 1_000)).toEqual({ step: 'page' });
    expect(sweep(11, 1_001)).toEqual({ step: 'page' });
    expect(sweep(11, 1_000)).toEqual({ step: 'fail', code: 'SWEEP_CAP' });
    expect(sweep(1, 3)).toEqual({ step: 'page' });
    expect(sweep(2, 3)).toEqual({ step: 'fail', code: 'SWEEP_CAP' });
  });

  test('continues if it only reports, and during its first check', () => {
    expect(sweep(500, 1_000, { options: { dryRun: true } })).toEqual({ step: 'page' });
    expect(sweep(500, 1_000, { options: { dryRun: false } })).toMatchObject({ code: 'SWEEP_CAP' });
    expect(sweep(500, 1_000, { cursor: { page: 3, stage: 'source' } })).toEqual({ step: 'page' });
  });
});

describe('a page', () => {
  test.each([
    [undefined, 500],
    [0.01, 1],
    [0.1, 1],
    [0.5, 5],
    [20, 200],
    [50, 500],
    [10_000, 500],
  ])('at %s per second holds %i customers: ten seconds of work', (ratePerSecond, most) => {
    expect(pageLimit(ratePerSecond === undefined ? run : { ...run, ratePerSecond }, settings)).toBe(most);
  });

  test.each([
    ['a reconcile that only reports', { mode: 'reconcile' }],
    ['a sweep in a dry run', { mode: 'sweep', options: { dryRun: true } }],
    ['the first check of a sweep', { mode: 'sweep' }],
  ] as const)('of %s is not limited by a rate, because it sends nothing', (_, over) => {
    expect(pageLimit({ ...run, ...over, ratePerSecond: 1 }, settings)).toBe(500);
    const repairing = { mode: 'reconcile' as const, options: { repair: ['missing' as const] } };
    expect(pageLimit({ ...run, ...repairing, ratePerSecond: 1 }, settings)).toBe(10);
    const second = { mode: 'sweep', cursor: { page: 9, stage: 'confirm' } } as const;
    expect(pageLimit({ ...run, ...second, ratePerSecond: 1 }, settings)).toBe(10);
  });

  test.each([
    [2, 48],
    [5, 18],
    [0.01, 900],
    [100, undefined],
    [undefined, undefined],
  ])('after 100 messages two seconds ago, at %s per second now, waits %s s', (ratePerSecond, seconds) => {
    const lastSent = { at: now - 2_000, count: 100 };
    const over = { lastSent, ...(ratePerSecond !== undefined && { ratePerSecond }) };
    expect(decided(over)).toEqual(seconds === undefined ? { step: 'page' } : { step: 'later', seconds });
    // The rate does not delay the check for the last outcomes.
    expect(decided({ ...over, cursor: { page: 9, stage: 'done' } })).toEqual({ step: 'settle' });
  });

  test('adds its counts to those of the run, and names where the next page begins', () => {
    const counted = { ...run, counts: { listed: 10, planned: 4, classes: { missing: 2, orphan: 1 } } };
    const entries = [{ id: 'a', version: 1, kind: 'UPSERT' as const }];
    const differences = [{ id: 'a', class: 'missing' as const }];
    const classes = { missing: 1, edited: 1 };
    const next = { stage: 'oms', after: 'a' } as const;
    expect(pageOf(counted, { entries, differences, listed: 5, classes, expected: 99, next })).toEqual({
      runId: run.id,
      page: 4,
      entries,
      differences,
      progress: {
        cursor: { page: 4, stage: 'oms', after: 'a' },
        counts: { listed: 15, planned: 5, classes: { missing: 3, orphan: 1, edited: 1 } },
        expected: 99,
        sent: 1,
      },
    });
    const bare = pageOf(counted, { entries: [], differences: [], listed: 0, next });
    expect(bare.progress.counts).toEqual(counted.counts);
    expect(bare.progress).not.toHaveProperty('expected');
    expect(bare.progress).not.toHaveProperty('sent');
  });
});

test.each([
  [undefined, 1],
  [now, 1],
  [now - 2_000, 1],
  [now - 9_000, 5],
  [now - 30_000, 15],
  [now - 900_000, 15],
])('checks for the last outcomes become less frequent: sent at %s, next check in %i s', (sentAt, seconds) => {
  expect(settlePause(sentAt === undefined ? run : { ...run, sentAt }, now, settings)).toBe(seconds);
});

test.each([
  [500, undefined, 0],
  [0, 5, 0],
  [500, 5, 100],
  [501, 5, 101],
  [500, 0.1, 900],
])('after %i customers at %s per second the pause is %i s', (sent, rate, seconds) => {
  expect(pauseAfter(sent, rate)).toBe(seconds);
});

test.each([
  [now, 0],
  [now - 5_000, 0],
  [now + 1, 1],
  [now + 1_001, 2],
  [now + 9_000_000, 900],
])('the delay until %i is %i s, at most the longest SQS delay', (time, seconds) => {
  expect(secondsUntil(time, now)).toBe(seconds);
});

describe('a run without progress', () => {
  const isStuck = (over: Partial<Run>, after: number, waitSeconds = 15) =>
    stuckRuns([{ ...run, updatedAt: now, ...over }], now + after, { ...settings, waitSeconds }).length === 1;

  test('is stuck after five minutes, or after two waits if that is longer', () => {
    expect([isStuck({}, 300_000), isStuck({}, 300_001)]).toEqual([false, true]);
    expect([isStuck({}, 600_000, 300), isStuck({}, 600_001, 300)]).toEqual([false, true]);
    expect(isStuck({ status: 'preparing' }, 300_001)).toBe(true);
  });

  test('has additional time for the wait of its rate or cursor', () => {
    expect([isStuck({ ratePerSecond: 5 }, 400_000), isStuck({ ratePerSecond: 5 }, 400_001)]).toEqual([
      false,
      true,
    ]);
    const cursor = { ...run.cursor, notBefore: now + 50_000 };
    expect([isStuck({ cursor }, 350_000), isStuck({ cursor }, 350_001)]).toEqual([false, true]);
    const past = { ...run.cursor, notBefore: now - 50_000 };
    expect(isStuck({ cursor: past }, 300_000)).toBe(false);
  });

  test('is not stuck when it is paused or has ended', () => {
    for (const status of ['paused', 'finished', 'failed', 'cancelled'] as const)
      expect(isStuck({ status }, 9_000_000)).toBe(false);
  });
});

describe('the message of a step', () => {
  test('names a run, and optionally a page and a wait', () => {
    expect(readTick(JSON.stringify({ runId: run.id }))).toEqual({ runId: run.id });
    const whole = { runId: run.id, page: 1, wait: 1 };
    expect(readTick(JSON.stringify(whole))).toEqual(whole);
  });

  test.each([
    'no json',
    '{}',
    '[]',
    JSON.stringify({ runId: `${run.id}0` }),
    JSON.stringify({ runId: `0${run.id}` }),
    JSON.stringify({ runId: run.id.replace('0', 'x') }),
    JSON.stringify({ runId: run.id, page: 0 }),
    JSON.stringify({ runId: run.id, page: 1.5 }),
    JSON.stringify({ runId: run.id, wait: 0 }),
  ])('is refused: %s', (text) => {
    expect(readTick(text)).toBeUndefined();
  });
});
