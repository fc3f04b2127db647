import { describe, expect, test } from 'vitest';
import { deliverySettings } from '../../../lambdas/core/delivery/delivery-settings.ts';
import type { StateRow } from '../../../lambdas/core/delivery/ports/state-store.ts';
import {
  decideStart,
  isAbsent,
  maySkipWrite,
  mustForgetHash,
  sourceFloor,
  type Work,
} from '../../../lambdas/core/delivery/protocol.ts';
import type { ResourceEvent } from '../../../lambdas/core/delivery/resource-event.ts';
import { event } from '../../builders/records.ts';

const settings = deliverySettings.parse({});
const now = Date.parse('2026-11-20T12:00:00Z');
const context = { settings, mapperVersion: 2, now };
const second = 1_000;

const work = (over: Partial<ResourceEvent> = {}, rest: Partial<Work> = {}): Work => ({
  event: event(over),
  receives: 1,
  sentAt: now,
  ...rest,
});
const live = (over: Partial<StateRow> = {}): StateRow => ({
  version: 3,
  status: 'live',
  hash: 'h',
  mapperVersion: 2,
  ...over,
});
const deleted = (over: Partial<StateRow> = {}): StateRow => ({
  version: 3,
  status: 'deleted',
  erased: false,
  ...over,
});
const start = (one: Work, row?: StateRow) => decideStart(one, row, context);

describe('the gate', () => {
  test.each([
    ['no row', undefined, {}, 'fetch'],
    ['a row at the version', live(), {}, 'superseded'],
    ['a row above the version', live({ version: 4 }), {}, 'superseded'],
    ['a row below the version', live({ version: 2 }), {}, 'fetch'],
    ['a row of an older mapper', live({ mapperVersion: 1 }), {}, 'fetch'],
    ['a row of a newer mapper', live({ mapperVersion: 3 }), {}, 'superseded'],
    ['a row of no mapper', { version: 3, status: 'live' } as StateRow, {}, 'fetch'],
    ['a forced event', live({ version: 9 }), { force: true }, 'fetch'],
    ['a delete', live({ version: 9 }), { kind: 'DELETE' }, 'delete'],
    ['an update of a deleted one', deleted(), { version: 9 }, 'superseded'],
    ['a forced update of a deleted one', deleted(), { version: 9, force: true }, 'superseded'],
    ['a delete of a deleted one', deleted(), { kind: 'DELETE' }, 'superseded'],
    ['an erasure of a deleted one', deleted(), { kind: 'DELETE', dataErasure: true }, 'delete'],
    [
      'an erasure of an erased one',
      deleted({ erased: true }),
      { kind: 'DELETE', dataErasure: true },
      'superseded',
    ],
    ['an update that claims an erasure', deleted(), { dataErasure: true }, 'superseded'],
  ] as const)('with %s', (_what, row, over, step) => {
    expect(start(work(over as Partial<ResourceEvent>), row).step).toBe(step);
  });

  test('erases only on request', () => {
    expect(start(work({ kind: 'DELETE' }))).toEqual({ step: 'delete', erase: false });
    expect(start(work({ kind: 'DELETE', dataErasure: true }))).toEqual({ step: 'delete', erase: true });
    const owing = (wants: 'delete' | 'erasure') => live({ failure: { code: 'X', version: 0, wants } });
    expect(start(work({ kind: 'DELETE' }), owing('delete'))).toEqual({ step: 'delete', erase: false });
    expect(start(work({ kind: 'DELETE' }), owing('erasure'))).toEqual({ step: 'delete', erase: true });
  });
});

describe('giving up', () => {
  const age = settings.giveUpSeconds * second;

  test.each([
    [5, age, 'fetch'],
    [5, age + 1, 'GAVE_UP_AGE'],
    [4, age + 1, 'fetch'],
    [899, 0, 'fetch'],
    [900, 0, 'GAVE_UP_RECEIVES'],
    [900, age + 1, 'GAVE_UP_RECEIVES'],
  ])('happens after %i receives and %i ms: %s', (receives, old, end) => {
    const decided = start(work({}, { receives, sentAt: now - old }));
    expect('code' in decided ? decided.code : decided.step).toBe(end);
  });

  test('does not happen by age while reads in a row find nothing', () => {
    const missedSince = (receives: number) => live({ missing: { since: 0, receives, messageId: 'm' } });
    const old = { receives: 5, sentAt: now - age - 1 };
    expect(start(work({ version: 9 }, old), missedSince(4)).step).toBe('fetch');
    expect(start(work({ version: 9 }, old), missedSince(3)).step).toBe('give-up');
    expect(start(work({ version: 9 }, { receives: 900, sentAt: 0 }), missedSince(899)).step).toBe('give-up');
  });

  test('is decided after the gate and before the delete', () => {
    const old = { receives: 900, sentAt: 0 };
    expect(start(work({}, old), live()).step).toBe('superseded');
    expect(start(work({ kind: 'DELETE' }, old)).step).toBe('give-up');
  });
});

describe('an inline body', () => {
  const age = settings.bodyMaxAgeSeconds * second;
  const body = { body: {}, bodyAt: now };

  test.each([
    [{ ...body, bodyAt: now - age + 1 }, undefined, 'use-body'],
    [{ ...body, bodyAt: now - age }, undefined, 'fetch'],
    [{ body: {} }, undefined, 'fetch'],
    [{ bodyAt: now }, undefined, 'fetch'],
    [{ ...body, force: true }, live({ version: 3 }), 'use-body'],
    [{ ...body, force: true }, live({ version: 4 }), 'fetch'],
  ])('%j on %j leads to %s', (over, row, step) => {
    expect(start(work(over), row).step).toBe(step);
  });
});

test('the floor is the highest of the announced, the confirmed and the failed version', () => {
  expect(sourceFloor(event({ version: 3 }), undefined)).toBe(3);
  expect(sourceFloor(event({ version: 3 }), live({ version: 5 }))).toBe(5);
  expect(sourceFloor(event({ version: 7 }), live({ version: 5 }))).toBe(7);
  const deadLettered = (code: string) => live({ version: 5, failure: { code, version: 8 } });
  expect(sourceFloor(event({ version: 1, force: true }), deadLettered('IDENTITY_CONFLICT'))).toBe(8);
  expect(sourceFloor(event({ version: 9 }), deadLettered('IDENTITY_CONFLICT'))).toBe(9);
  expect(sourceFloor(event({ version: 1 }), live({ version: 5, skippedVersion: 9 }))).toBe(9);
  // What was given up may never have been at the source.
  expect(sourceFloor(event({ version: 1, force: true }), deadLettered('GAVE_UP_AGE'))).toBe(5);
  const excluded = { ...deadLettered('GAVE_UP_AGE'), skippedVersion: 9 };
  expect(sourceFloor(event({ version: 1, force: true }), excluded)).toBe(9);
});

test.each([
  [3, 600, true],
  [3, 599.999, false],
  [2, 600, false],
  [9, 9_999, true],
])('after %i receives and %d s a missing resource is absent: %s', (receives, seconds, absent) => {
  expect(isAbsent({ receives, since: now - seconds * second }, context)).toBe(absent);
});

test('a write is skipped only for equal content, by the same mapper, on the first receive, and unforced', () => {
  const may = (one: Work, row: StateRow | undefined) =>
    maySkipWrite(one, row, { hash: 'h', mapperVersion: context.mapperVersion });
  expect(may(work(), live())).toBe(true);
  expect(may(work(), undefined)).toBe(false);
  expect(may(work(), live({ hash: 'other' }))).toBe(false);
  expect(may(work(), live({ mapperVersion: 1 }))).toBe(false);
  expect(may(work({}, { receives: 2 }), live())).toBe(false);
  expect(may(work({ force: true }), live())).toBe(false);
});

test('a stored hash is removed on a repeated receive of a live resource', () => {
  const again = work({}, { receives: 2 });
  const { hash: _hash, ...unhashed } = live();
  expect(mustForgetHash(again, live())).toBe(true);
  expect(mustForgetHash(work(), live())).toBe(false);
  expect(mustForgetHash(again, unhashed)).toBe(false);
  expect(mustForgetHash(again, deleted({ hash: 'h' }))).toBe(false);
  expect(mustForgetHash(again, undefined)).toBe(false);
});
