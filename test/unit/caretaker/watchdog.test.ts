import { describe, expect, test } from 'vitest';
import type { Watch } from '../../../lambdas/core/base/live-settings.ts';
import {
  afterCheck,
  afterRepairEnd,
  afterRepairStart,
  isAlarming,
  type Look,
  windowToRepair,
} from '../../../lambdas/core/operations/subscription-watch.ts';

const handlers = ['customer'];
const fresh: Watch = { status: 'Unknown', failedChecks: 0, repaired: [] };
const healthy: Look = { status: 'Healthy' };
const stopped: Look = { status: 'Unhealthy', detail: 'ConfigurationErrorDeliveryStopped' };
const temporary: Look = { status: 'TemporaryError', detail: 'TemporaryError' };
const blind: Look = { failed: 'COMMERCETOOLS_NO_ANSWER' };

const soon = { now: 9, overlapSeconds: 0 };
const finished = [{ status: 'finished', createdAt: 9 }, soon] as const;

/** Looks at times 1, 2, 3... */
const seen = (...looks: Look[]) =>
  looks.reduce((watch, look, index) => afterCheck(watch, look, handlers, index + 1), fresh);

describe('the watch over the subscription', () => {
  test('remembers when it was healthy last, and has nothing to repair', () => {
    const watch = seen(healthy, healthy);
    expect(watch).toMatchObject({ status: 'Healthy', lastHealthyAt: 2, lastCheckAt: 2 });
    expect(windowToRepair(watch, handlers)).toBeUndefined();
    expect(isAlarming(watch)).toBe(false);
  });

  test.each([
    ['stopped', stopped],
    ['in trouble for a moment', temporary],
  ])('changes may be lost from the last healthy look on when it is %s', (_, look) => {
    const watch = seen(healthy, look, look);
    expect(watch).toMatchObject({ lostFrom: 1, status: look.status });
    expect(watch.detail).toBe('detail' in look ? look.detail : undefined);
    expect(isAlarming(watch)).toBe(true);
    expect(windowToRepair(watch, handlers)).toBeUndefined();
  });

  test('exactly the time between the two healthy looks has to be repaired', () => {
    const watch = seen(healthy, stopped, stopped, healthy);
    expect(windowToRepair(watch, handlers)).toEqual({ from: 1, to: 4, handlers });
    expect(watch).toMatchObject({ lostFrom: 1, backAt: 4, status: 'Healthy' });
    expect(watch).not.toHaveProperty('detail');
    expect(isAlarming(watch)).toBe(false);
  });

  test('is repaired when the run of every handler has finished; the interval stays to be seen', () => {
    const both = ['customer', 'mail'];
    const back = seen(healthy, stopped, healthy);
    const half = afterRepairEnd(afterRepairStart(back, 'customer', 'run-1'), 'customer', ...finished);
    expect(windowToRepair(half, both)).toEqual({ from: 1, to: 3, handlers: ['mail'] });
    const whole = afterRepairEnd(afterRepairStart(half, 'mail', 'run-2'), 'mail', ...finished);
    expect(windowToRepair(whole, both)).toBeUndefined();
    expect(whole).toMatchObject({ lostFrom: 1, backAt: 3, runId: 'run-2', repairRuns: {} });
  });

  test('a run that goes on has repaired nothing yet, one that failed nothing at all, and a cancelled one is let be', () => {
    const started = afterRepairStart(seen(healthy, stopped, healthy), 'customer', 'run-1');
    const waiting = { from: 1, to: 3, handlers };
    expect(windowToRepair(started, handlers)).toEqual(waiting);
    for (const status of ['preparing', 'running', 'paused'] as const)
      expect(afterRepairEnd(started, 'customer', status && { status, createdAt: 9 }, soon)).toBe(started);
    for (const status of ['failed', undefined] as const) {
      const failed = afterRepairEnd(started, 'customer', status && { status, createdAt: 9 }, soon);
      expect(windowToRepair(failed, handlers)).toEqual(waiting);
      expect(failed.repairRuns).toEqual({});
    }
    expect(
      windowToRepair(
        afterRepairEnd(started, 'customer', { status: 'cancelled', createdAt: 3 }, soon),
        handlers,
      ),
    ).toBeUndefined();
  });

  test('a run that began before the last changes were sure to be listed is followed by another', () => {
    const started = afterRepairStart(seen(healthy, stopped, healthy), 'customer', 'run-1');
    const early = { status: 'finished', createdAt: 4 } as const;
    expect(afterRepairEnd(started, 'customer', early, { now: 600_002, overlapSeconds: 600 })).toBe(started);
    const after = afterRepairEnd(started, 'customer', early, { now: 600_003, overlapSeconds: 600 });
    expect(after).toMatchObject({ repairRuns: {}, repaired: [] });
    const late = { status: 'finished', createdAt: 600_003 } as const;
    expect(afterRepairEnd(started, 'customer', late, { now: 600_009, overlapSeconds: 600 }).repaired).toEqual(
      ['customer'],
    );
  });

  test('the next trouble after a repair is an interval of its own', () => {
    const started = afterRepairStart(seen(healthy, stopped, healthy), 'customer', 'run-1');
    const repaired = afterRepairEnd(started, 'customer', ...finished);
    const again = afterCheck(repaired, stopped, handlers, 9);
    expect(again).toMatchObject({ lostFrom: 3, repaired: [] });
    expect(again).not.toHaveProperty('backAt');
    expect(again).not.toHaveProperty('runId');
  });

  test('trouble before the repair has ended makes the interval longer: nothing of it is forgotten', () => {
    const watch = seen(healthy, stopped, healthy, stopped, healthy);
    expect(windowToRepair(watch, handlers)).toEqual({ from: 1, to: 5, handlers });
    const started = afterRepairStart(seen(healthy, stopped, healthy), 'customer', 'run-1');
    const again = [stopped, healthy].reduce((one, look) => afterCheck(one, look, handlers, 5), started);
    expect(windowToRepair(again, handlers)).toEqual({ from: 1, to: 5, handlers });
    expect(again).not.toHaveProperty('repairRuns');
  });

  test('one that was never seen healthy may have lost anything', () => {
    expect(windowToRepair(seen(stopped, healthy), handlers)).toEqual({ from: 0, to: 2, handlers });
  });

  test('a look without an answer opens nothing and closes nothing', () => {
    expect(seen(healthy, blind)).toMatchObject({ status: 'Unknown', lastHealthyAt: 1 });
    expect(seen(healthy, blind)).not.toHaveProperty('lostFrom');
    expect(seen(healthy, stopped, blind)).toMatchObject({ status: 'Unknown', lostFrom: 1 });
    expect(seen(healthy, stopped, blind)).not.toHaveProperty('backAt');
    expect(isAlarming(seen(healthy, stopped, blind))).toBe(true);
    expect(windowToRepair(seen(healthy, blind, healthy), handlers)).toBeUndefined();
  });

  test('somebody is told when three looks in a row were blind, not before', () => {
    expect(isAlarming(seen(healthy, blind, blind))).toBe(false);
    const watch = seen(healthy, blind, blind, blind);
    expect(watch).toMatchObject({ detail: 'COMMERCETOOLS_NO_ANSWER', failedChecks: 3 });
    expect(isAlarming(watch)).toBe(true);
    expect(isAlarming(seen(healthy, blind, blind, blind, healthy))).toBe(false);
  });
});
