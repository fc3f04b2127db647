import { describe, expect, test } from 'vitest';
import type { StateRow } from '../../../lambdas/core/delivery/ports/state-store.ts';
import { entryName, readEntry, runEntry } from '../../../lambdas/core/delivery/run-entry.ts';
import type { Difference } from '../../../lambdas/core/runs/difference.ts';
import { hasEnded, mayMove, runStatuses } from '../../../lambdas/core/runs/run.ts';
import { classByRow, countClasses, markRecent } from '../../../lambdas/core/runs/run-classes.ts';
import { addPage, entriesWith, noEntries, outcomeOf } from '../../../lambdas/core/runs/run-entries.ts';

describe('the entries of a page', () => {
  const outcomes = { synced: new Set([0, 3]), unchanged: new Set([3, 4]), failed: new Set([0, 1]) };

  test('have one outcome each: success wins over failure, and an entry without an outcome is pending', () => {
    expect([0, 1, 2, 3, 4].map((index) => outcomeOf(outcomes, index))).toEqual([
      'synced',
      'failed',
      'pending',
      'synced',
      'unchanged',
    ]);
  });

  test('are added to the counts, each planned entry once', () => {
    const counts = addPage({ ...noEntries, synced: 10 }, 4, outcomes);
    expect(counts).toEqual({ ...noEntries, synced: 12, failed: 1, pending: 1 });
    expect(Object.values(addPage(counts, 5, outcomes)).reduce((sum, count) => sum + count)).toBe(10 + 4 + 5);
  });

  test('start at zero', () => {
    expect(noEntries).toEqual({
      pending: 0,
      synced: 0,
      deleted: 0,
      unchanged: 0,
      superseded: 0,
      skipped: 0,
      absent: 0,
      failed: 0,
    });
  });

  test('are found by outcome, in order', () => {
    expect(entriesWith(5, outcomes, 'synced')).toEqual([0, 3]);
    expect(entriesWith(5, outcomes, 'pending')).toEqual([2]);
    expect(entriesWith(3, outcomes, 'unchanged')).toEqual([]);
  });
});

describe('the name of an entry', () => {
  test('is its page and its position', () => {
    expect(entryName(12, 499)).toBe('12/499');
    expect(readEntry('12/499')).toEqual({ page: 12, index: 499 });
    expect(readEntry('')).toEqual({ page: 0, index: 0 });
  });

  test.each([
    ['1/0', true],
    ['100000/499', true],
    ['1000000/0', false],
    ['1/1000', false],
    ['1', false],
    ['/1', false],
    ['1/', false],
    ['1/0/0', false],
    ['a/0', false],
    ['x1/0', false],
    ['1/0x', false],
  ])('"%s" is a valid name: %s', (text, isOne) => {
    expect(runEntry.safeParse(text).success).toBe(isOne);
  });
});

test.each([
  ['preparing', 'running paused failed cancelled', false],
  ['running', 'paused finished failed cancelled', false],
  ['paused', 'running cancelled', false],
  ['finished', '', true],
  ['failed', '', true],
  ['cancelled', '', true],
] as const)('a run that is %s may become: %s', (from, allowed, isEnd) => {
  const next = runStatuses.filter((to) => mayMove(from, to));
  expect(next.join(' ')).toBe(allowed);
  expect(hasEnded(from)).toBe(isEnd);
});

describe('a customer at version 5, compared with its sync record', () => {
  const row = (over: Partial<StateRow> = {}): StateRow => ({ version: 5, status: 'live', ...over });
  const failed = (version: number) => ({ failure: { code: 'C0141E', version } });
  test.each<[string, StateRow | undefined, object]>([
    ['is missing without a sync record', undefined, { class: 'missing' }],
    ['is in sync at the same version', row(), { class: 'in-sync', writtenVersion: 5 }],
    [
      'is in sync if a newer version was written',
      row({ version: 6 }),
      { class: 'in-sync', writtenVersion: 6 },
    ],
    [
      'is source-ahead of an older written version',
      row({ version: 4 }),
      { class: 'source-ahead', writtenVersion: 4 },
    ],
    ['is in sync if it was deleted for good', row({ version: 1, status: 'deleted' }), { class: 'in-sync' }],
    ['is in sync if it is excluded', row({ version: 1, isSkipped: true }), { class: 'in-sync' }],
    [
      'is failed if this version failed',
      row({ version: 4, ...failed(5) }),
      { class: 'failed', code: 'C0141E', writtenVersion: 4 },
    ],
    [
      'is source-ahead if only an older version failed',
      row({ version: 3, ...failed(4) }),
      { class: 'source-ahead' },
    ],
    ['is missing if it was never written', row({ version: 0 }), { class: 'missing', writtenVersion: 0 }],
    [
      'is failed if this version failed before any write',
      row({ version: 0, ...failed(5) }),
      { class: 'failed' },
    ],
  ])('%s', (_what, known, expected) => {
    const found = classByRow({ id: 'a', version: 5 }, known);
    expect(found).toMatchObject({ id: 'a', sourceVersion: 5, ...expected });
    if (!('code' in expected))
      expect(found.code).toBe(known?.failure && found.class === 'failed' ? 'C0141E' : undefined);
    expect('writtenVersion' in found).toBe(known !== undefined);
  });
});

describe('a recent change', () => {
  const one = (id: string, of: Difference['class']): Difference => ({ id, class: of });
  const at = (id: string) => ({ old: 100, young: 101 })[id];

  test('is marked if it is behind, because its notification may be on its way', () => {
    const marked = markRecent([one('young', 'source-ahead'), one('young', 'missing')], at, 100);
    expect(marked).toEqual([
      { ...one('young', 'source-ahead'), code: 'RECENT' },
      { ...one('young', 'missing'), code: 'RECENT' },
    ]);
  });

  test('is not marked if it is old, of unknown age or not behind', () => {
    const others = [
      one('old', 'missing'),
      one('unknown', 'missing'),
      one('young', 'edited'),
      one('young', 'failed'),
    ];
    expect(markRecent(others, at, 100)).toEqual(others);
    expect(markRecent([one('unknown', 'missing')], at, -1)).toMatchObject([{ code: 'RECENT' }]);
  });

  test('is counted by class like any other difference', () => {
    expect(countClasses([one('a', 'missing'), one('b', 'edited'), one('c', 'missing')])).toEqual({
      missing: 2,
      edited: 1,
    });
    expect(countClasses([])).toEqual({});
  });
});
