import { describe, expect, test } from 'vitest';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import { type Schedule, watch } from '../../../lambdas/core/base/live-settings.ts';
import {
  defaultSchedule,
  onceSoon,
  scheduledRuns,
  schedulesByRarity,
} from '../../../lambdas/core/operations/schedule.ts';
import {
  connectedHandler,
  connectedQueue,
  withHandlerQueues,
} from '../../../lambdas/core/runs/connected-handler.ts';
import { checkOptions } from '../../../lambdas/core/runs/run-options.ts';

describe('the scheduled runs', () => {
  test('repair what is behind, report manual edits, and delete what commercetools has deleted', () => {
    expect(scheduledRuns).toEqual({
      reconcile: { mode: 'reconcile', options: { compare: 'versions', repair: ['source-ahead', 'missing'] } },
      incremental: { mode: 'incremental', options: {} },
      comparison: { mode: 'reconcile', options: { compare: 'oms' } },
      sweep: { mode: 'sweep', options: { dryRun: false } },
    });
    for (const { mode, options } of Object.values(scheduledRuns))
      expect(() => checkOptions(mode, options)).not.toThrow();
  });

  test('start in the order of rarity', () => {
    expect([...schedulesByRarity]).toEqual(['sweep', 'comparison', 'incremental', 'reconcile']);
  });

  test('compare in the next night after two o’clock', () => {
    const { nextAt } = defaultSchedule(
      'comparison',
      careSettings.parse({}),
      Date.parse('2026-11-20T02:00:00Z'),
    );
    expect(new Date(nextAt).toISOString()).toBe('2026-11-21T02:00:00.000Z');
  });

  test('get no additional start when they are due anyway', () => {
    const due: Schedule = { enabled: true, everyMinutes: 15, nextAt: 5 };
    expect(onceSoon(due, 5)).toBe(due);
    expect(onceSoon(due, 4)).toEqual({ ...due, onceAt: 4 });
  });
});

test('the watch accepts every status', () => {
  for (const status of ['Healthy', 'Unhealthy', 'TemporaryError', 'Unknown'])
    expect(watch.parse({ status })).toMatchObject({ status });
});

describe('the environment of an operations function', () => {
  const queue = {
    url: 'https://sqs/1/in',
    deadLettersUrl: 'https://sqs/1/dead',
    deadLettersArn: 'arn:1:dead',
  };

  test('has the URL of a queue and of its dead-letter queue', () => {
    expect(connectedQueue.parse(queue)).toEqual(queue);
    for (const name of Object.keys(queue))
      expect(connectedQueue.safeParse({ ...queue, [name]: undefined }).success).toBe(false);
  });

  test('has every field of a handler', () => {
    const handler = {
      resourceType: 'customer',
      upsertTypeId: 'x',
      queueUrl: queue.url,
      deadLettersUrl: queue.deadLettersUrl,
      functionName: 'f',
      mappingId: 'm',
      maxConcurrency: 10,
      expand: ['customerGroup'],
      runHooks: ['run.started'],
    };
    expect(connectedHandler.parse(handler)).toEqual(handler);
    for (const name of Object.keys(handler))
      expect(connectedHandler.safeParse({ ...handler, [name]: undefined }).success).toBe(false);
  });

  test('may have no queue', () => {
    expect(withHandlerQueues({}, {})).toEqual({});
  });
});
