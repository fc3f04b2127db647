import { describe, expect, test } from 'vitest';
import type { RunMode, RunOptions } from '../../../lambdas/core/runs/run.ts';
import { assumedRate, planRun } from '../../../lambdas/core/runs/run-plan.ts';

const planned = (
  mode: RunMode,
  customers: number,
  options: RunOptions = {},
  perSecond = 200,
  fastest = perSecond,
) =>
  planRun({
    mode,
    options,
    customers,
    settings: { pageSize: 500, sweepCap: 0.01 },
    ...{ perSecond, fastest },
    confirmSeconds: 600,
  });

describe('a million customers in full', () => {
  const plan = planned('full', 1_000_000);

  test('are 2,000 pages, 200,000 batches of five, and one step per page plus two', () => {
    expect(plan).toMatchObject({
      customers: 1_000_000,
      pages: 2_000,
      commercetoolsQueries: 2_001,
      lambdaInvocations: 2_002 + 200_000,
      // Sent ten at a time, received and deleted per batch; each step's message is sent, received and deleted.
      sqsRequests: 100_000 + 2 * 200_000 + 3 * 2_002,
    });
  });

  test('cost one read and one write each, plus two units for the outcomes of a batch and 40 bytes in a plan', () => {
    expect(plan.dynamoDbUnits).toEqual({
      read: 1_000_000 + 2_000,
      write: 1_000_000 + 2 * 200_000 + (39_063 + 2_000) + 2_000,
    });
  });

  test('cost the list price, and most if each batch waits for Fluent', () => {
    // 0.25 FIFO + 0.0024 steps + 0.0404 calls + 0.0667 or 0.6 of time + 0.0133 feeder + 0.1253 reads + 0.9019 writes.
    expect(plan.dollars).toEqual({ least: 1.4, most: 1.9333 });
  });

  test('take at least as long as the slower of listing and Fluent, and at most both together', () => {
    expect(plan.seconds).toEqual({ least: 5_000, most: 4_000 + 5_000 });
    expect(planned('full', 1_000_000, {}, 200, 500).seconds).toEqual({ least: 4_000, most: 4_000 + 5_000 });
    expect(planned('full', 1_000_000, {}, 500).seconds).toEqual({ least: 4_000, most: 4_000 + 2_000 });
  });
});

describe('the calls, reads and duration of a run', () => {
  const calls = (least: number, most: number) => ({ fluentCalls: { least, most } });
  const takes = (least: number, most: number) => ({ seconds: { least, most } });
  test.each<[RunMode, number, RunOptions, object]>([
    ['full', 1_000, {}, { commercetoolsQueries: 3, ...calls(0, 2_000), ...takes(5, 9) }],
    ['full', 1_000, { force: true }, calls(1_000, 2_000)],
    ['full', 1_000, { inlineBody: false }, { commercetoolsQueries: 3 + 200 }],
    ['full', 1_000, { inlineBody: true }, { commercetoolsQueries: 3 }],
    ['ids', 250, {}, { commercetoolsQueries: 3, ...calls(0, 500) }],
    ['ids', 250, { inlineBody: false }, { commercetoolsQueries: 3 + 50 }],
    ['ids', 250, {}, { dynamoDbUnits: { read: 250 + 1, write: 250 + 2 * 50 + 10 + 1 + 1 } }],
    ['retry', 12, {}, { commercetoolsQueries: 3, ...calls(0, 24), ...takes(1, 1) }],
    ['retry', 12, {}, { dynamoDbUnits: { read: 12 + 1, write: 12 + 2 * 3 + 1 + 1 + 1 } }],
    ['incremental', 1_000, {}, { ...calls(0, 2_000), ...takes(4, 9) }],
    ['incremental', 1_000, { force: true }, calls(0, 2_000)],
    ['incremental', 1_000, {}, { dynamoDbUnits: { read: 1_000 + 500 + 2, write: 1_444 } }],
    ['reconcile', 1_000, {}, { commercetoolsQueries: 3, ...calls(0, 0), ...takes(4, 4) }],
    ['reconcile', 1_000, {}, { dynamoDbUnits: { read: 500 + 2, write: 2 + 2 } }],
    ['reconcile', 1_000, { repair: [] }, calls(0, 0)],
    ['reconcile', 1_000, { repair: ['edited'] }, { ...calls(0, 2_000), ...takes(4, 9) }],
    ['reconcile', 1_000, { compare: 'versions' }, { ...calls(0, 0), ...takes(4, 4) }],
    // 45 seconds more: ten customers in parallel, 0.45 seconds each.
    ['reconcile', 1_000, { compare: 'oms' }, { ...calls(1_000, 1_000), ...takes(49, 49) }],
    [
      'reconcile',
      1_000,
      { compare: 'oms', repair: ['missing'] },
      { ...calls(1_000, 3_000), ...takes(49, 54) },
    ],
    // Queried in hundreds; then the ten that may be deleted, one by one, after the wait.
    ['sweep', 1_000, {}, { commercetoolsQueries: 10 + 10, ...calls(0, 20), ...takes(4, 605) }],
    ['sweep', 1_000, {}, { dynamoDbUnits: { read: 10 + 500 + 2, write: 10 + 2 * 2 + 1 + 2 + 2 } }],
    ['sweep', 1_000, { dryRun: true }, { commercetoolsQueries: 10, ...calls(0, 0), ...takes(4, 4) }],
    ['sweep', 99, {}, { ...calls(0, 0), ...takes(2, 2) }],
  ])('%s of %i, %j', (mode, customers, options, expected) => {
    expect(planned(mode, customers, options)).toMatchObject(expected);
  });
});

test("by Little's law, a concurrency of 1 writes 22 customers per second to Fluent, and one of 20 writes 444", () => {
  expect([1, 20].map(assumedRate)).toEqual([22, 444]);
});
