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

describe('what comes by itself', () => {
  test('repairs what is behind, reports what was edited by hand, and deletes what the source has deleted', () => {
    expect(scheduledRuns).toEqual({
      reconcile: { mode: 'reconcile', options: { compare: 'versions', repair: ['source-ahead', 'missing'] } },
      incremental: { mode: 'incremental', options: {} },
      comparison: { mode: 'reconcile', options: { compare: 'oms' } },
      sweep: { mode: 'sweep', options: { dryRun: false } },
    });
    for (const { mode, options } of Object.values(scheduledRuns))
      expect(() => checkOptions(mode, options)).not.toThrow();
  });

  test('comes seldom first', () => {
    expect([...schedulesByRarity]).toEqual(['sweep', 'comparison', 'incremental', 'reconcile']);
  });

  test('waits for the next night when it is two already', () => {
    const { nextAt } = defaultSchedule(
      'comparison',
      careSettings.parse({}),
      Date.parse('2026-11-20T02:00:00Z'),
    );
    expect(new Date(nextAt).toISOString()).toBe('2026-11-21T02:00:00.000Z');
  });

  test('is not brought forward when it is due anyway', () => {
    const due: Schedule = { enabled: true, everyMinutes: 15, nextAt: 5 };
    expect(onceSoon(due, 5)).toBe(due);
    expect(onceSoon(due, 4)).toEqual({ ...due, onceAt: 4 });
  });
});

test('the watch keeps every status that commercetools has', () => {
  for (const status of ['Healthy', 'Unhealthy', 'TemporaryError', 'Unknown'])
    expect(watch.parse({ status })).toMatchObject({ status });
});

describe('a function beside the flow', () => {
  const queue = {
    url: 'https://sqs/1/in',
    deadLettersUrl: 'https://sqs/1/dead',
    deadLettersArn: 'arn:1:dead',
  };

  test('knows of a queue where it is and where its dead letters lie', () => {
    expect(connectedQueue.parse(queue)).toEqual(queue);
    for (const name of Object.keys(queue))
      expect(connectedQueue.safeParse({ ...queue, [name]: undefined }).success).toBe(false);
  });

  test('knows of a handler all that it needs', () => {
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

  test('has no queues where there are none', () => {
    expect(withHandlerQueues({}, {})).toEqual({});
  });
});
