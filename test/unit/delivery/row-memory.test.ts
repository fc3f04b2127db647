import { describe, expect, test } from 'vitest';
import { isMadeOfIds, masked } from '../../../lambdas/core/base/masking.ts';
import { judgeOms } from '../../../lambdas/core/base/outage.ts';
import { outcomes } from '../../../lambdas/core/base/outcome.ts';
import {
  contentFields,
  equalsWritten,
  equalValues,
  fieldHashes,
} from '../../../lambdas/core/delivery/field-hashes.ts';
import { covers, mergeChanges } from '../../../lambdas/core/delivery/pending-change.ts';
import type { StateRow } from '../../../lambdas/core/delivery/ports/state-store.ts';
import { readRecent, withRecent, writeRecent } from '../../../lambdas/core/delivery/recent-outcome.ts';
import { classOf, differingFields } from '../../../lambdas/core/runs/three-way.ts';
import { idOf } from '../../builders/notification.ts';

const id = idOf(1);
const live: StateRow = { version: 5, status: 'live' };

describe('the latest outcomes of a resource', () => {
  test('are written and read without loss, whatever the outcome', () => {
    const ends = outcomes.map((outcome, n) => ({
      at: 1_795_176_000 + n,
      outcome,
      version: n + 1,
      reason: 'why:field.name',
    }));
    for (const end of ends) expect(readRecent(writeRecent([end]))).toEqual([end]);
    expect(readRecent(writeRecent(ends))).toEqual(ends.slice(0, 5));
  });

  test('are five at most, the newest first, and short', () => {
    const end = (n: number) =>
      ({ at: 1_795_176_000, outcome: 'failed', version: 9_999_999 + n, reason: 'x'.repeat(200) }) as const;
    const ends = [1, 2, 3, 4, 5, 6, 7].reduce(
      (known, n) => withRecent(known, end(n)),
      withRecent(undefined, end(0)),
    );
    expect(ends.map(({ version }) => version - 9_999_999)).toEqual([7, 6, 5, 4, 3]);
    expect(writeRecent(ends).length).toBeLessThanOrEqual(5 * 40);
  });

  test('contain no space, line feed or at sign, whatever the reason', () => {
    const text = writeRecent([{ at: 1, outcome: 'failed', version: 1, reason: 'jane@example.com\nx y' }]);
    expect(text).not.toMatch(/[@\n ]/);
    expect(readRecent(text)).toHaveLength(1);
  });

  test.each(['', ' ', 'nonsense', 'y', 'z1/1/x', 'y!/1/x', '//', 'y1/1/x  y'])(
    'in an unreadable text (%j) are skipped without an error',
    (text) => {
      expect(readRecent(text).every(({ outcome }) => outcomes.includes(outcome))).toBe(true);
    },
  );
});

describe('the hashes of fields', () => {
  const fields = new Map<string, unknown>([
    ['firstName', 'Jane'],
    ['promotionOptIn', false],
    ['attribute:stores', ['a', 'b']],
  ]);
  const written = fieldHashes(id, fields);

  test('have eight characters per field and do not depend on the order of the fields', () => {
    expect(written).toMatch(/^[\w-]{24}$/);
    expect(fieldHashes(id, new Map([...fields].reverse()))).toBe(written);
  });

  test('show whether a value is the written one, even for an empty value', () => {
    expect(equalsWritten({ id, hashes: written }, 'firstName', 'Jane')).toBe(true);
    expect(equalsWritten({ id, hashes: written }, 'firstName', 'Joan')).toBe(false);
    expect(equalsWritten({ id, hashes: written }, 'promotionOptIn', false)).toBe(true);
    expect(equalsWritten({ id, hashes: written }, 'attribute:stores', ['a', 'b'])).toBe(true);
    expect(equalsWritten({ id, hashes: written }, 'firstName', null)).toBe(false);
    expect(equalsWritten({ id, hashes: written }, 'lastName', undefined)).toBe(true);
    expect(equalsWritten({ id, hashes: written }, 'lastName', 'Doe')).toBe(false);
  });

  test('of equal values differ between resources, and between fields', () => {
    expect(fieldHashes(idOf(2), fields)).not.toBe(written);
    const same = fieldHashes(
      id,
      new Map([
        ['a', 'x'],
        ['b', 'x'],
      ]),
    );
    expect(same.slice(4, 8)).not.toBe(same.slice(12, 16));
  });

  test('cover each property and each attribute of a mapped content', () => {
    const content = {
      firstName: 'Jane',
      title: undefined,
      attributes: [{ name: 'stores', type: 'JSON', value: ['x'] }],
    };
    expect([...contentFields(content)]).toEqual([
      ['firstName', 'Jane'],
      ['attribute:stores', ['x']],
    ]);
    expect(contentFields('no object').size).toBe(0);
  });

  test('treat null, undefined and "" as equal, and a number as its text', () => {
    expect(equalValues(null, undefined)).toBe(true);
    expect(equalValues('', null)).toBe(true);
    expect(equalValues(3, '3')).toBe(true);
    expect(equalValues(false, undefined)).toBe(false);
    expect(equalValues({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(equalValues(['a', 'b'], ['b', 'a'])).toBe(false);
  });
});

describe('three sides', () => {
  const wrote = new Map<string, unknown>([
    ['firstName', 'Jane'],
    ['country', 'DE'],
  ]);
  const row = { ...live, hash: 'h', fieldHashes: fieldHashes(id, wrote) };
  const differ = (source: object, oms: object, known: StateRow | undefined = row) =>
    differingFields({
      id,
      row: known,
      hash: 'h',
      expected: new Map(Object.entries(source)),
      oms: new Map(Object.entries(oms)),
    }).map(({ field, changed }) => `${field} ${changed}`);

  test.each([
    ['the source', { firstName: 'Joan' }, { firstName: 'Jane' }, ['firstName source']],
    ['the OMS', { firstName: 'Jane' }, { firstName: 'Hand' }, ['firstName oms']],
    ['both', { firstName: 'Joan' }, { firstName: 'Hand' }, ['firstName both']],
    ['neither', { firstName: 'Jane' }, { firstName: 'Jane', note: 'kept' }, []],
    ['the OMS, by taking it away', { country: 'DE' }, {}, ['country oms']],
    ['the source, by adding it', { title: 'Dr' }, {}, ['title source']],
    ['the source, by emptying it', { country: '' }, { country: 'DE' }, ['country source']],
    ['both, to the same', { firstName: 'Joan' }, { firstName: 'Joan' }, []],
  ])('show that %s changed', (_who, source, oms, expected) => {
    expect(differ(source, oms)).toEqual(expected);
  });

  test('show without field hashes that the OMS changed if the whole content is as written, and otherwise nothing', () => {
    expect(differ({ a: 1 }, { a: 2 }, { ...live, hash: 'h' })).toEqual(['a oms']);
    expect(differ({ a: 1 }, { a: 2 }, { ...live, hash: 'other' })).toEqual(['a unknown']);
    expect(
      differingFields({ id, row: undefined, hash: 'h', expected: new Map([['a', 1]]), oms: new Map() }),
    ).toEqual([{ field: 'a', changed: 'unknown' }]);
  });

  const failure = { code: 'C0141E', version: 5 };
  test.each([
    ['in-sync', live, 5, true, []],
    ['in-sync', { ...live, failure }, 5, true, []],
    ['source-ahead', live, 6, true, ['source']],
    ['source-ahead', live, 6, true, ['oms']],
    ['source-ahead', undefined, 6, true, ['unknown']],
    ['source-ahead', live, 5, true, ['both']],
    ['edited', live, 5, true, ['oms']],
    ['edited', live, 5, true, ['unknown']],
    ['missing', live, 5, false, []],
    ['missing', undefined, 1, false, []],
    ['failed', { ...live, failure }, 5, false, []],
    ['failed', { ...live, failure }, 5, true, ['source']],
    ['source-ahead', { ...live, failure }, 6, true, ['source']],
  ] as const)('are called %s', (expected, row, sourceVersion, isInOms, changed) => {
    const differences = changed.map((one) => ({ changed: one }));
    expect(classOf({ row, sourceVersion, isInOms, differences })).toBe(expected);
  });
});

describe('a masked value', () => {
  test.each([
    ['jane.doe@example.com', 'j***@e***'],
    ['Jane', 'J***'],
    ['🙂 Jane', '🙂***'],
    ['+49 30 1234567', '***67'],
    ['12', '***'],
    [1234, '***34'],
    [true, true],
    [null, null],
    ['', ''],
    [
      ['Jane', '030 123456'],
      ['J***', '***56'],
    ],
    [{ city: 'Berlin' }, { city: 'B***' }],
    ['@', '@***'],
  ])('%j is %j', (value, expected) => {
    expect(masked(value)).toEqual(expected);
  });

  test('is not needed for a key made of ids', () => {
    expect(isMadeOfIds(id)).toBe(true);
    expect(isMadeOfIds(`12_${id}`)).toBe(true);
    expect(isMadeOfIds('jane@example.com')).toBe(false);
    expect(isMadeOfIds(`jane_${id}`)).toBe(false);
  });
});

describe('a failed call to the OMS', () => {
  test.each([
    ['down', 'ambiguous', 'FLUENT_503'],
    ['down', 'retry', 'FLUENT_NO_ANSWER'],
    ['down', 'ambiguous', 'S0002E'],
    ['down', 'configuration', 'FLUENT_401'],
    ['down', 'configuration', 'C0020E'],
    ['nothing', 'retry', 'FLUENT_429'],
    ['nothing', 'retry', 'C0011E'],
    ['nothing', 'retry', 'FLUENT_RATE_LIMIT'],
    ['nothing', 'retry', 'FLUENT_NO_TIME'],
    ['up', 'permanent', 'C0141E'],
  ] as const)('says "%s" when it is %s %s', (verdict, failureClass, code) => {
    expect(judgeOms({ failureClass, code })).toBe(verdict);
  });
});

describe('a recorded change', () => {
  test('is covered by the changes that it was merged from', () => {
    const first = { version: 3, kind: 'UPSERT', since: 1 } as const;
    const erasure = { version: 2, kind: 'DELETE', dataErasure: true } as const;
    const both = mergeChanges(first, erasure);
    expect(both).toEqual({ version: 3, kind: 'DELETE', dataErasure: true, since: 1 });
    expect(covers(erasure, both)).toBe(false);
    expect(covers(both, both)).toBe(true);
    expect(covers(both, first)).toBe(true);
  });
});
