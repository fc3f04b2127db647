import { describe, expect, test } from 'vitest';
import type { Watch } from '../../../lambdas/core/base/live-settings.ts';
import { judgeOms } from '../../../lambdas/core/base/outage.ts';
import { afterCanaryCheck, isAwaited } from '../../../lambdas/core/operations/canary-state.ts';
import {
  afterRepairEnd,
  afterRepairStart,
  isAlarming,
} from '../../../lambdas/core/operations/subscription-watch.ts';
import { withHandlerQueues } from '../../../lambdas/core/runs/connected-handler.ts';
import { classOf } from '../../../lambdas/core/runs/three-way.ts';

const lost: Watch = { status: 'Healthy', failedChecks: 0, lostFrom: 1, recoveredAt: 1_000, repaired: [] };

describe('the repairs of two handlers', () => {
  const both = afterRepairStart(afterRepairStart(lost, 'customer', 'run-1'), 'mail', 'run-2');

  test('are stored per handler and end independently', () => {
    expect(both.repairRuns).toEqual({ customer: 'run-1', mail: 'run-2' });
    const ended = afterRepairEnd(both, 'customer', {
      run: { status: 'finished', createdAt: 1_000 },
      ...{ now: 2_000, overlapSeconds: 0 },
    });
    expect(ended.repairRuns).toEqual({ mail: 'run-2' });
    expect(ended.repaired).toEqual(['customer']);
  });

  test('end immediately if they failed or were cancelled, even while the last changes are not listed yet', () => {
    const soon = { now: 2_000, overlapSeconds: 60 };
    const endedAs = (status: 'failed' | 'cancelled') =>
      afterRepairEnd(both, 'mail', { run: { status, createdAt: 1_000 }, ...soon });
    const failed = endedAs('failed');
    expect([failed.repairRuns, failed.repaired]).toEqual([{ customer: 'run-1' }, []]);
    const cancelled = endedAs('cancelled');
    expect([cancelled.repairRuns, cancelled.repaired]).toEqual([{ customer: 'run-1' }, ['mail']]);
  });

  test('are repeated once the last changes are listed, if they started too early', () => {
    const early = { status: 'finished', createdAt: 60_999 } as const;
    const at = (now: number) => afterRepairEnd(both, 'mail', { run: early, now, overlapSeconds: 60 });
    expect(at(60_999)).toBe(both);
    expect(at(61_000).repairRuns).toEqual({ customer: 'run-1' });
    expect(at(61_000).repaired).toEqual([]);
  });

  test('end without a result if the run is unknown', () => {
    const soon = { now: 2_000, overlapSeconds: 0 };
    expect(afterRepairEnd(lost, 'customer', { run: undefined, ...soon })).toEqual({
      ...lost,
      repairRuns: {},
    });
  });
});

test('a subscription that is not healthy raises the alarm, whatever is known about the lost interval', () => {
  expect(isAlarming(lost)).toBe(false);
  expect(isAlarming({ ...lost, status: 'Unhealthy' })).toBe(true);
  expect(isAlarming({ ...lost, status: 'TemporaryError' })).toBe(true);
  expect(isAlarming({ ...lost, status: 'Unknown' })).toBe(false);
});

test('the canary expects nothing before the first touch, and an empty answer is not an arrival', () => {
  expect(isAwaited({})).toBe(false);
  expect(isAwaited({ touchedAt: 1 })).toBe(true);
  const touched = { touchedAt: 1 };
  expect(afterCanaryCheck(touched, [])).toBe(touched);
});

test.each([
  ['nothing', 'C0003E'],
  ['nothing', 'S0040E'],
  ['nothing', 'FLUENT_425'],
  ['down', 'FLUENT_4290'],
  ['down', 'XC0003E'],
  ['down', 'C0003EX'],
  ['down', 'XC0011E'],
  ['down', 'C0011EX'],
  ['down', 'XS0040E'],
  ['down', 'S0040EX'],
] as const)('judges the OMS as "%s" on %s, by exact match', (verdict, code) => {
  expect(judgeOms({ failureClass: 'retry', code })).toBe(verdict);
});

test.each([
  [['source'], 'source-ahead'],
  [['oms', 'source'], 'source-ahead'],
  [['both', 'oms'], 'source-ahead'],
  [['oms', 'unknown'], 'edited'],
] as const)('a difference with changes on %j is classified as %s', (sides, expected) => {
  const differences = sides.map((changed) => ({ changed }));
  const row = { version: 5, status: 'live' } as const;
  expect(classOf({ row, sourceVersion: 5, isInOms: true, differences })).toBe(expected);
});

test('without a queue to read the account from, handler queues are identified by name', () => {
  const handler = { queueUrl: 'https://sqs/1/a.fifo', deadLettersUrl: 'https://sqs/1/a-dead.fifo' };
  expect(withHandlerQueues({}, { customer: handler as never })).toEqual({
    'handler/customer': {
      url: handler.queueUrl,
      deadLettersUrl: handler.deadLettersUrl,
      deadLettersArn: 'a-dead.fifo',
    },
  });
});
