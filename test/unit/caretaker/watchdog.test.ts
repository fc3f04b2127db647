import { describe, expect, test } from 'vitest';
import type { Watch } from '../../../lambdas/core/base/live-settings.ts';
import {
  afterCheck,
  afterRepairEnd,
  afterRepairStart,
  type HealthCheck,
  isAlarming,
  windowToRepair,
} from '../../../lambdas/core/operations/subscription-watch.ts';

const handlers = ['customer'];
const fresh: Watch = { status: 'Unknown', failedChecks: 0, repaired: [] };
const healthy: HealthCheck = { status: 'Healthy' };
const stopped: HealthCheck = { status: 'Unhealthy', detail: 'ConfigurationErrorDeliveryStopped' };
const temporary: HealthCheck = { status: 'TemporaryError', detail: 'TemporaryError' };
const unanswered: HealthCheck = { failed: 'COMMERCETOOLS_NO_ANSWER' };

const soon = { now: 9, overlapSeconds: 0 };
const finished = { run: { status: 'finished', createdAt: 9 }, ...soon } as const;

/** Checks at times 1, 2, 3... */
const seen = (...checks: HealthCheck[]) =>
  checks.reduce((watch, check, index) => afterCheck(watch, check, { handlers, now: index + 1 }), fresh);

describe('the subscription watch', () => {
  test('remembers the last healthy check and has nothing to repair', () => {
    const watch = seen(healthy, healthy);
    expect(watch).toMatchObject({ status: 'Healthy', lastHealthyAt: 2, lastCheckAt: 2 });
    expect(windowToRepair(watch, handlers)).toBeUndefined();
    expect(isAlarming(watch)).toBe(false);
  });

  test.each([
    ['Unhealthy', stopped],
    ['TemporaryError', temporary],
  ])('opens the interval of lost changes at the last healthy check when the status is %s', (_, check) => {
    const watch = seen(healthy, check, check);
    expect(watch).toMatchObject({ lostFrom: 1, status: check.status });
    expect(watch.detail).toBe('detail' in check ? check.detail : undefined);
    expect(isAlarming(watch)).toBe(true);
    expect(windowToRepair(watch, handlers)).toBeUndefined();
  });

  test('repairs exactly the time between the two healthy checks', () => {
    const watch = seen(healthy, stopped, stopped, healthy);
    expect(windowToRepair(watch, handlers)).toEqual({ from: 1, to: 4, handlers });
    expect(watch).toMatchObject({ lostFrom: 1, recoveredAt: 4, status: 'Healthy' });
    expect(watch).not.toHaveProperty('detail');
    expect(isAlarming(watch)).toBe(false);
  });

  test('is repaired when the run of every handler has finished, and still shows the interval', () => {
    const both = ['customer', 'mail'];
    const back = seen(healthy, stopped, healthy);
    const half = afterRepairEnd(afterRepairStart(back, 'customer', 'run-1'), 'customer', finished);
    expect(windowToRepair(half, both)).toEqual({ from: 1, to: 3, handlers: ['mail'] });
    const whole = afterRepairEnd(afterRepairStart(half, 'mail', 'run-2'), 'mail', finished);
    expect(windowToRepair(whole, both)).toBeUndefined();
    expect(whole).toMatchObject({ lostFrom: 1, recoveredAt: 3, runId: 'run-2', repairRuns: {} });
  });

  test('counts a finished or cancelled run as a repair, but not an open or failed one', () => {
    const started = afterRepairStart(seen(healthy, stopped, healthy), 'customer', 'run-1');
    const waiting = { from: 1, to: 3, handlers };
    expect(windowToRepair(started, handlers)).toEqual(waiting);
    for (const status of ['preparing', 'running', 'paused'] as const)
      expect(afterRepairEnd(started, 'customer', { run: status && { status, createdAt: 9 }, ...soon })).toBe(
        started,
      );
    for (const status of ['failed', undefined] as const) {
      const failed = afterRepairEnd(started, 'customer', {
        run: status && { status, createdAt: 9 },
        ...soon,
      });
      expect(windowToRepair(failed, handlers)).toEqual(waiting);
      expect(failed.repairRuns).toEqual({});
    }
    expect(
      windowToRepair(
        afterRepairEnd(started, 'customer', { run: { status: 'cancelled', createdAt: 3 }, ...soon }),
        handlers,
      ),
    ).toBeUndefined();
  });

  test('needs another run after one that began before the last changes were certainly listed', () => {
    const started = afterRepairStart(seen(healthy, stopped, healthy), 'customer', 'run-1');
    const early = { status: 'finished', createdAt: 4 } as const;
    expect(afterRepairEnd(started, 'customer', { run: early, now: 600_002, overlapSeconds: 600 })).toBe(
      started,
    );
    const after = afterRepairEnd(started, 'customer', { run: early, now: 600_003, overlapSeconds: 600 });
    expect(after).toMatchObject({ repairRuns: {}, repaired: [] });
    const late = { status: 'finished', createdAt: 600_003 } as const;
    expect(
      afterRepairEnd(started, 'customer', { run: late, now: 600_009, overlapSeconds: 600 }).repaired,
    ).toEqual(['customer']);
  });

  test('opens a new interval for the next outage after a repair', () => {
    const started = afterRepairStart(seen(healthy, stopped, healthy), 'customer', 'run-1');
    const repaired = afterRepairEnd(started, 'customer', finished);
    const again = afterCheck(repaired, stopped, { handlers, now: 9 });
    expect(again).toMatchObject({ lostFrom: 3, repaired: [] });
    expect(again).not.toHaveProperty('recoveredAt');
    expect(again).not.toHaveProperty('runId');
  });

  test('extends the interval if the next outage begins before the repair has ended', () => {
    const watch = seen(healthy, stopped, healthy, stopped, healthy);
    expect(windowToRepair(watch, handlers)).toEqual({ from: 1, to: 5, handlers });
    const started = afterRepairStart(seen(healthy, stopped, healthy), 'customer', 'run-1');
    const again = [stopped, healthy].reduce(
      (one, check) => afterCheck(one, check, { handlers, now: 5 }),
      started,
    );
    expect(windowToRepair(again, handlers)).toEqual({ from: 1, to: 5, handlers });
    expect(again).not.toHaveProperty('repairRuns');
  });

  test('repairs from the beginning if it was never healthy', () => {
    expect(windowToRepair(seen(stopped, healthy), handlers)).toEqual({ from: 0, to: 2, handlers });
  });

  test('neither opens nor closes an interval after a failed check', () => {
    expect(seen(healthy, unanswered)).toMatchObject({ status: 'Unknown', lastHealthyAt: 1 });
    expect(seen(healthy, unanswered)).not.toHaveProperty('lostFrom');
    expect(seen(healthy, stopped, unanswered)).toMatchObject({ status: 'Unknown', lostFrom: 1 });
    expect(seen(healthy, stopped, unanswered)).not.toHaveProperty('recoveredAt');
    expect(isAlarming(seen(healthy, stopped, unanswered))).toBe(true);
    expect(windowToRepair(seen(healthy, unanswered, healthy), handlers)).toBeUndefined();
  });

  test('raises the alarm after three failed checks in a row, not before', () => {
    expect(isAlarming(seen(healthy, unanswered, unanswered))).toBe(false);
    const watch = seen(healthy, unanswered, unanswered, unanswered);
    expect(watch).toMatchObject({ detail: 'COMMERCETOOLS_NO_ANSWER', failedChecks: 3 });
    expect(isAlarming(watch)).toBe(true);
    expect(isAlarming(seen(healthy, unanswered, unanswered, unanswered, healthy))).toBe(false);
  });
});
