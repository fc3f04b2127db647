import { describe, expect, test } from 'vitest';
import type { Run } from '../../../lambdas/core/runs/run.ts';
import { hooksAwaited, hooksToTake } from '../../../lambdas/core/runs/run-hooks.ts';
import { someRun } from '../../builders/runs.ts';

const handlers = {
  customer: { runHooks: [] },
  loyalty: { runHooks: ['run.started' as const, 'run.ended' as const] },
  mail: { runHooks: ['run.started' as const] },
};
const ended = { synced: 3, deleted: 0, unchanged: 0, superseded: 0, skipped: 0, absent: 0, failed: 0 };
const awaited = (over: Partial<Run>, pending = 0) =>
  hooksAwaited(handlers, { ...someRun(), ...over }, { ...ended, pending });
const sent = { status: 'running', cursor: { page: 1, stage: 'done' }, sentAt: 7 } as const;

describe('the hooks of a run', () => {
  test('are sent to subscribed handlers that have not accepted them', () => {
    expect(hooksToTake(handlers, { hooksTaken: [] }, 'run.started')).toEqual(['loyalty', 'mail']);
    const one = { hooksTaken: ['run.started/loyalty', 'run.ended/mail'] };
    expect(hooksToTake(handlers, one, 'run.started')).toEqual(['mail']);
    expect(hooksToTake(handlers, one, 'run.ended')).toEqual(['loyalty']);
  });

  test('delay its first page', () => {
    expect(awaited({ status: 'preparing' })).toEqual(['run.started of loyalty', 'run.started of mail']);
    expect(awaited({ status: 'preparing', hooksTaken: ['run.started/loyalty'] })).toEqual([
      'run.started of mail',
    ]);
    // Paused before its first page, then resumed.
    expect(awaited({ status: 'running' })).toEqual(['run.started of loyalty', 'run.started of mail']);
  });

  test('delay its end once every entry has an outcome', () => {
    expect(awaited(sent)).toEqual(['run.ended of loyalty']);
    expect(awaited(sent, 1)).toEqual([]);
    expect(awaited({ ...sent, hooksTaken: ['run.ended/loyalty'] })).toEqual([]);
  });

  test.each(['paused', 'finished', 'failed', 'cancelled'] as const)('do not delay a %s run', (status) => {
    expect(awaited({ status })).toEqual([]);
    expect(awaited({ ...sent, status })).toEqual([]);
  });

  test('do not delay the pages after the first', () => {
    expect(awaited({ status: 'running', cursor: { page: 1, stage: 'source' } })).toEqual([]);
  });
});
