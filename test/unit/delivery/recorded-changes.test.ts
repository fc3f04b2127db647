import { describe, expect, test } from 'vitest';
import type { Watch } from '../../../lambdas/core/base/live-settings.ts';
import { isMadeOfIds, masked } from '../../../lambdas/core/base/masking.ts';
import { collapse } from '../../../lambdas/core/delivery/collapse.ts';
import {
  contentFields,
  equalsWritten,
  equalValues,
  fieldHashes,
} from '../../../lambdas/core/delivery/field-hashes.ts';
import {
  type Change,
  covers,
  isOvertaken,
  mergeChanges,
} from '../../../lambdas/core/delivery/pending-change.ts';
import type { StateRow } from '../../../lambdas/core/delivery/ports/state-store.ts';
import { readRecent, withRecent, writeRecent } from '../../../lambdas/core/delivery/recent-outcome.ts';
import { afterCanaryCheck, isLate, isTouchDue } from '../../../lambdas/core/operations/canary-state.ts';
import { isCheckDue } from '../../../lambdas/core/operations/subscription-watch.ts';
import { idOf } from '../../builders/notification.ts';
import { event } from '../../builders/records.ts';

const id = idOf(1);

describe('a recorded change', () => {
  const upsert: Change = { version: 3, kind: 'UPSERT' };
  const remove: Change = { version: 3, kind: 'DELETE' };
  const erase: Change = { ...remove, dataErasure: true };

  test.each<[Change, Change, Change]>([
    [upsert, { ...upsert, version: 4 }, { ...upsert, version: 4 }],
    [{ ...upsert, version: 4 }, upsert, { ...upsert, version: 4 }],
    [upsert, remove, remove],
    [remove, upsert, remove],
    [remove, erase, erase],
    [erase, upsert, erase],
    [upsert, { ...upsert, dataErasure: false }, upsert],
  ])('%j and %j merge to %j, since the first', (known, change, both) => {
    expect(mergeChanges({ ...known, since: 1 }, change)).toEqual({ ...both, since: 1 });
  });

  test.each<[Change, boolean, Change]>([
    [upsert, true, upsert],
    [{ ...upsert, version: 4 }, true, upsert],
    [upsert, false, { ...upsert, version: 4 }],
    [remove, true, upsert],
    [upsert, false, remove],
    [erase, true, remove],
    [remove, false, erase],
    [erase, true, erase],
  ])('is covered by %j: %s, if %j was recorded', (change, isDone, recorded) => {
    expect(covers(change, recorded)).toBe(isDone);
  });
});

describe('a recorded change and the sync record', () => {
  const recorded = { version: 4, kind: 'UPSERT', since: 10_500 } as const;
  const live = { status: 'live', version: 4 } as const;
  const gone = { status: 'deleted', version: 4, erased: false } as const;

  test.each([
    [undefined, recorded, false],
    [{ ...live, version: 3, at: 99 }, recorded, false],
    [{ ...live, version: 5 }, recorded, true],
    [live, recorded, false],
    [{ ...live, at: 10 }, recorded, false],
    [{ ...live, at: 11 }, recorded, true],
    [{ ...live, version: 5 }, { ...recorded, kind: 'DELETE' }, false],
    [gone, recorded, true],
    [gone, { ...recorded, kind: 'DELETE', dataErasure: true }, false],
    [{ ...gone, erased: true }, { ...recorded, kind: 'DELETE', dataErasure: true }, true],
  ] as const)('with the row %j, %j is overtaken: %s', (row, change, is) => {
    expect(isOvertaken(change, row)).toBe(is);
  });
});

describe('two events of one customer', () => {
  test('are released together if one of them is', () => {
    expect(collapse(event({ process: true }), event({ version: 9 }))).toMatchObject({
      version: 9,
      process: true,
    });
    expect(collapse(event(), event())).not.toHaveProperty('process');
    expect(collapse(event({ process: false }), event())).not.toHaveProperty('process');
  });

  test('keep the oldest old version if both have one', () => {
    const [first, second] = [event({ version: 4, oldVersion: 3 }), event({ version: 5, oldVersion: 4 })];
    expect(collapse(first, second)).toMatchObject({ version: 5, oldVersion: 3 });
    expect(collapse(second, first)).toMatchObject({ version: 5, oldVersion: 3 });
    expect(collapse(first, event({ version: 5 }))).not.toHaveProperty('oldVersion');
    expect(collapse(event({ version: 3 }), second)).not.toHaveProperty('oldVersion');
  });
});

describe('the latest outcomes', () => {
  const end = { at: 36, outcome: 'synced', version: 37, reason: 'a b' } as const;

  test('are stored as a letter, two numbers and a reason without spaces', () => {
    expect(writeRecent([end, { ...end, outcome: 'failed', reason: 'C0141E' }])).toBe(
      'y10/11/a_b f10/11/C0141E',
    );
    expect(withRecent(undefined, end)).toEqual([end]);
  });

  test.each([
    ['y10/11', [{ ...end, reason: '' }]],
    ['y10', []],
    ['y', []],
    ['', []],
    ['y/11/x', []],
    ['y10/!/x', []],
    ['y!/11/x', []],
    ['z10/11/x', []],
    ['?? y10/11/a', [{ ...end, reason: 'a' }]],
  ])('in "%s" are read as far as possible', (text, expected) => {
    expect(readRecent(text)).toEqual(expected);
  });
});

describe('the fields of a mapped content', () => {
  test.each([
    ['words', ['x', 'y']],
    ['nothing', [null]],
    ['things without a value', [{ name: 'a' }]],
    ['things without a name', [{ value: 1 }]],
    ['names that are no text', [{ name: 1, value: 1 }]],
    ['one that is named and one that is not', [{ name: 'a', value: 1 }, 'x']],
  ])('a list of %s stays one field', (_what, list) => {
    expect([...contentFields({ list })]).toEqual([['list', list]]);
  });

  test('a list of named values gives one field each, and an empty content gives none', () => {
    expect([...contentFields({ list: [{ name: 'a', value: null }] })]).toEqual([['attribute:a', null]]);
    expect(contentFields(null).size).toBe(0);
    expect(contentFields(undefined).size).toBe(0);
  });

  test.each([
    [null, 'null', false],
    ['undefined', undefined, false],
    ['a,b', ['a', 'b'], false],
    [['a', 'b'], 'a,b', false],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, '[object Object]', false],
    [true, 'true', true],
    ['a', 'b', false],
    [0, '', false],
  ])('%j equals %j: %s', (a, b, isEqual) => {
    expect(equalValues(a, b)).toBe(isEqual);
  });

  test('a truncated hash is not compared', () => {
    const written = fieldHashes(id, new Map([['a', 'x']]));
    expect(equalsWritten({ id, hashes: written }, 'a', undefined)).toBe(false);
    expect(equalsWritten({ id, hashes: written.slice(0, 7) }, 'a', undefined)).toBe(true);
    expect(equalsWritten({ id, hashes: '' }, 'a', 'x')).toBe(false);
  });
});

describe('a displayed value', () => {
  test.each([
    ['jane@shop.com', 'j***@s***'],
    ['jane@', 'j***@***'],
    ['a@b@shop.com', 'a***@s***'],
    ['ab12', 'a***'],
    ['a123', '***23'],
    ['1-2', '***'],
    [1, '***'],
    [-123, '***23'],
    [undefined, undefined],
  ])('%j is shown as %j', (value, shown) => {
    expect(masked(value)).toEqual(shown);
  });

  test.each([
    [`${'1'.repeat(20)}_${id}`, true],
    [`${'1'.repeat(21)}_${id}`, false],
    [`_${id}`, false],
    [`${id}x`, false],
    [`x${id}`, false],
    [id.replaceAll('-', ''), false],
  ])('"%s" is made of ids alone: %s', (ref, isOne) => {
    expect(isMadeOfIds(ref)).toBe(isOne);
  });
});

describe('the canary', () => {
  const row: StateRow = { version: 3, status: 'live', at: 12 };
  const touched = { touchedAt: 10_000, version: 3 };

  test('has arrived when every handler has its version', () => {
    expect(afterCanaryCheck(touched, [row, { ...row, at: 14 }])).toEqual({
      ...touched,
      seenAt: 14_000,
      latencyMs: 4_000,
    });
    expect(afterCanaryCheck(touched, [row, undefined])).toBe(touched);
    expect(afterCanaryCheck(touched, [{ ...row, version: 2 }])).toBe(touched);
  });

  test('is left as it is if it was not changed, has no version or has arrived', () => {
    for (const state of [{}, { version: 3 }, { touchedAt: 10_000 }, { ...touched, seenAt: 11_000 }])
      expect(afterCanaryCheck(state, [row])).toBe(state);
  });

  test('is due and not late if it was never changed', () => {
    expect(isTouchDue({}, 0, { canaryMinutes: 15 })).toBe(true);
    expect(isLate({}, 9_999_999, { canaryMinutes: 15 })).toBe(false);
  });
});

test('the subscription is checked at once, and then at the interval of the stage', () => {
  const watch: Watch = { status: 'Healthy', repaired: [], failedChecks: 0 };
  const every = { watchSeconds: 100 };
  expect(isCheckDue(watch, 0, every)).toBe(true);
  expect(isCheckDue({ ...watch, lastCheckAt: 0 }, 89_999, every)).toBe(false);
  expect(isCheckDue({ ...watch, lastCheckAt: 0 }, 90_000, every)).toBe(true);
});
