import { describe, expect, test } from 'vitest';
import { allOf } from '../../../lambdas/core/base/all-of.ts';
import { timeUuid } from '../../../lambdas/core/base/uuid.ts';
import type { StateRow } from '../../../lambdas/core/delivery/ports/state-store.ts';
import { receiptSubject } from '../../../lambdas/core/delivery/receipt-subject.ts';
import { groupId, readResourceEvent } from '../../../lambdas/core/delivery/resource-event.ts';
import { gapOf, gapToStore, isLateArrival } from '../../../lambdas/core/delivery/version-chain.ts';
import { idOf } from '../../builders/notification.ts';
import { event } from '../../builders/records.ts';

const live: StateRow = { version: 5, status: 'live' };
const work = (over: object) => ({ event: event(over), receives: 1, sentAt: 0 });

describe('a notification that names the version before it', () => {
  test.each<[string, number | undefined, StateRow | undefined, number | undefined]>([
    ['newer than the row shows that one was missed', 6, live, 6],
    ['equal to that of the row shows that none was', 5, live, undefined],
    ['older shows nothing', 4, live, undefined],
    ['not at all shows nothing', undefined, live, undefined],
    ['of a resource without a row is no loss', 6, undefined, undefined],
    ['of one that was never written is no loss', 6, { ...live, version: 0 }, undefined],
    ['of a deleted one is no loss', 6, { ...live, status: 'deleted' }, undefined],
  ])('%s', (_what, oldVersion, row, gap) => {
    const announced = oldVersion === undefined ? {} : { oldVersion };
    expect(gapOf(work({ version: 7, ...announced }), row)).toBe(gap);
  });

  test('stores the gap, which the next commit removes', () => {
    expect(gapToStore(6, live)).toEqual({ gap: 6 });
    expect(gapToStore(7, { ...live, gap: 6 })).toEqual({ gap: 7 });
    expect(gapToStore(undefined, { ...live, gap: 6 })).toEqual({ gap: 0 });
    expect(gapToStore(undefined, live)).toEqual({});
    expect(gapToStore(undefined, undefined)).toEqual({});
  });

  test('counts as late if it arrives after all, unless a run brings it', () => {
    const row = { ...live, gap: 6 };
    expect(isLateArrival(work({ version: 6 }), row)).toBe(true);
    expect(isLateArrival(work({ version: 7 }), row)).toBe(false);
    expect(isLateArrival(work({ version: 6, runId: 'run' }), row)).toBe(false);
    expect(isLateArrival(work({ version: 6 }), live)).toBe(false);
    expect(isLateArrival(work({ version: 6 }), undefined)).toBe(false);
  });
});

describe('a time-ordered id', () => {
  test('is a UUID of version 7 that begins with the milliseconds', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    expect(timeUuid(now, () => 0)).toBe(`${idTime(now)}-7000-8000-000000000000`);
    expect(timeUuid(now, () => 0.999)).toBe(`${idTime(now)}-7fff-bfff-ffffffffffff`);
    expect(timeUuid(1, () => 0)).toBe('00000000-0001-7000-8000-000000000000');
    expect(timeUuid(now, () => 0) < timeUuid(now + 1, () => 0)).toBe(true);
  });

  function idTime(now: number) {
    const hex = now.toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}`;
  }
});

describe('allOf', () => {
  test('returns all results in order', async () => {
    expect(await allOf([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
  });

  test('fails with the first error after all calls have finished', async () => {
    let isDone = false;
    const slow = new Promise((resolve) => setImmediate(resolve)).then(() => {
      isDone = true;
    });
    await expect(allOf([Promise.reject(new Error('first')), slow])).rejects.toThrow('first');
    expect(isDone).toBe(true);
  });
});

test('a receipt is found by handler, project, type and id, and contains none of them', () => {
  const key = { handlerId: 'h', projectKey: 'p', resourceType: 'customer', id: idOf(1) };
  const subject = receiptSubject(key);
  expect(subject).toMatch(/^[\w-]{43}$/);
  for (const over of [{ handlerId: 'x' }, { projectKey: 'x' }, { resourceType: 'x' }, { id: idOf(2) }])
    expect(receiptSubject({ ...key, ...over })).not.toBe(subject);
  expect(receiptSubject({ ...key, handlerId: 'hp', projectKey: '' })).not.toBe(
    receiptSubject({ ...key, handlerId: 'h', projectKey: 'p' }),
  );
});

test('all events of a customer share one message group', () => {
  expect(groupId(event())).toBe(`customer/${event().resource.id}`);
  const first = event({ version: 1 });
  expect(readResourceEvent(JSON.stringify(first))).toEqual({ event: first });
});
