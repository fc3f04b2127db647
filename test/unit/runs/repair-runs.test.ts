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

  test('are remembered side by side, and end one by one', () => {
    expect(both.repairRuns).toEqual({ customer: 'run-1', mail: 'run-2' });
    const ended = afterRepairEnd(both, 'customer', {
      run: { status: 'finished', createdAt: 1_000 },
      ...{ now: 2_000, overlapSeconds: 0 },
    });
    expect(ended.repairRuns).toEqual({ mail: 'run-2' });
    expect(ended.repaired).toEqual(['customer']);
  });

  test('that failed or were cancelled end at once, also while the last changes are not listed yet', () => {
    const soon = { now: 2_000, overlapSeconds: 60 };
    const endedAs = (status: 'failed' | 'cancelled') =>
      afterRepairEnd(both, 'mail', { run: { status, createdAt: 1_000 }, ...soon });
    const failed = endedAs('failed');
    expect([failed.repairRuns, failed.repaired]).toEqual([{ customer: 'run-1' }, []]);
    const cancelled = endedAs('cancelled');
    expect([cancelled.repairRuns, cancelled.repaired]).toEqual([{ customer: 'run-1' }, ['mail']]);
  });

  test('that began too early wait until the last changes are listed, and are then done again', () => {
    const early = { status: 'finished', createdAt: 60_999 } as const;
    const at = (now: number) => afterRepairEnd(both, 'mail', { run: early, now, overlapSeconds: 60 });
    expect(at(60_999)).toBe(both);
    expect(at(61_000).repairRuns).toEqual({ customer: 'run-1' });
    expect(at(61_000).repaired).toEqual([]);
  });

  test('of which nothing is known end without a word', () => {
    const soon = { now: 2_000, overlapSeconds: 0 };
    expect(afterRepairEnd(lost, 'customer', { run: undefined, ...soon })).toEqual({
      ...lost,
      repairRuns: {},
    });
  });
});

test('somebody is told of a subscription that is not healthy, whatever is known of the interval', () => {
  expect(isAlarming(lost)).toBe(false);
  expect(isAlarming({ ...lost, status: 'Unhealthy' })).toBe(true);
  expect(isAlarming({ ...lost, status: 'TemporaryError' })).toBe(true);
  expect(isAlarming({ ...lost, status: 'Unknown' })).toBe(false);
});

test('nothing is awaited before the first touch, and nothing arrives without a version', () => {
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
] as const)('says "%s" of the OMS: %s, to the letter', (verdict, code) => {
  expect(judgeOms({ failureClass: 'retry', code })).toBe(verdict);
});

test.each([
  [['source'], 'source-ahead'],
  [['oms', 'source'], 'source-ahead'],
  [['both', 'oms'], 'source-ahead'],
  [['oms', 'unknown'], 'edited'],
] as const)('fields of which %j moved make it: %s', (sides, expected) => {
  const differences = sides.map((changed) => ({ changed }));
  const row = { version: 5, status: 'live' } as const;
  expect(classOf({ row, sourceVersion: 5, isInOms: true, differences })).toBe(expected);
});

test('without a queue to take the account from, the queues of the handlers go by their names', () => {
  const handler = { queueUrl: 'https://sqs/1/a.fifo', deadLettersUrl: 'https://sqs/1/a-dead.fifo' };
  expect(withHandlerQueues({}, { customer: handler as never })).toEqual({
    'handler/customer': {
      url: handler.queueUrl,
      deadLettersUrl: handler.deadLettersUrl,
      deadLettersArn: 'a-dead.fifo',
    },
  });
});
