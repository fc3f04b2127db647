import { describe, expect, test } from 'vitest';
import { createControlBench } from '../../builders/control-bench.ts';
import { idOf } from '../../builders/notification.ts';

const group = 'customer:INVALID:email';
const twelve = Array.from({ length: 12 }, (_, n) => n + 1);

async function benchWithTwelve() {
  const bench = createControlBench();
  for (const n of twelve) await bench.fail(n);
  return bench;
}

describe('failures', () => {
  test('are listed by cause, the latest first, each with its remedy', async () => {
    const bench = await benchWithTwelve();
    await bench.fail(99, 'C0141E');
    const { groups } = await bench.done('failure.groups', {});
    expect(groups.map(({ code, count }) => [code, count])).toEqual([
      ['C0141E', 1],
      ['INVALID:email', 12],
    ]);
    expect(groups[0]).toMatchObject({ class: 'refused', group: 'refused:C0141E' });
    expect(groups[1]).toMatchObject({
      ...{ class: 'customer', group },
      exampleId: idOf(1),
      remedy: expect.stringContaining('this field'),
    });
  });

  test('of one group are listed page by page', async () => {
    const bench = await benchWithTwelve();
    const first = await bench.done('failure.items', { group, limit: 10 });
    const second = await bench.done('failure.items', { group, limit: 10, cursor: first.next });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(twelve.map(idOf));
  });

  test('of one group are counted by a preview, and retried by one run', async () => {
    const bench = await benchWithTwelve();
    expect(await bench.done('failure.retry', { group, preview: true })).toEqual({
      count: 12,
      remedy: expect.any(String),
    });
    expect((await bench.done('run.list', {})).runs).toEqual([]);
    const { count, run } = await bench.done('failure.retry', { group, ratePerSecond: 3 });
    expect(count).toBe(12);
    expect(run).toMatchObject({ mode: 'retry', options: { group }, ratePerSecond: 3 });
  });

  test('by ids are retried with force if they failed, and their copies leave the dead-letter queue', async () => {
    const bench = await benchWithTwelve();
    bench.have(50);
    const ids = [idOf(2), idOf(3), idOf(3), idOf(50)];
    expect(await bench.done('failure.retry', { ids, preview: true })).toEqual({ count: 2 });
    const { count, run } = await bench.done('failure.retry', { ids });
    expect(count).toBe(2);
    expect(run).toMatchObject({ mode: 'ids', options: { ids: [idOf(2), idOf(3)], force: true } });
    expect(bench.queueAdmin.held('handler/customer/dead-letters')).toHaveLength(10);
  });

  test('by ids are sent as deletes if they are deletes, because no list of commercetools has them', async () => {
    const bench = await benchWithTwelve();
    await bench.fail(13, 'GAVE_UP_AGE', { version: 9, kind: 'DELETE', dataErasure: true });
    const both = await bench.done('failure.retry', { ids: [idOf(1), idOf(13)] });
    expect(both).toMatchObject({ count: 2, run: { options: { ids: [idOf(1)] } } });
    expect(bench.queues.sent).toMatchObject([
      { event: { resource: { id: idOf(13) }, version: 9, kind: 'DELETE', dataErasure: true } },
    ]);
    expect(bench.queueAdmin.held('handler/customer/dead-letters')).toHaveLength(11);
    expect(await bench.done('failure.retry', { ids: [idOf(13)] })).toEqual({ count: 1 });
  });

  test('are retried although a copy cannot be removed', async () => {
    const bench = await benchWithTwelve();
    const copies = { remove: () => Promise.reject(new Error('no')) };
    const failing = createControlBench({ ...bench.ports, copies });
    expect(await failing.refusal('failure.retry', { ids: [idOf(1)] })).toBe('done');
    expect(failing.errors).toEqual([]);
    expect(bench.errors).toMatchObject([{ code: 'COPIES_LEFT' }]);
  });

  test.each([
    ['neither a group nor ids', {}, 'invalid GROUP_OR_IDS'],
    ['both', { group, ids: [idOf(1)] }, 'invalid GROUP_OR_IDS'],
    ['an unknown group', { group: 'X' }, 'not-found GROUP_UNKNOWN'],
    ['ids that have not failed', { ids: [idOf(77)] }, 'not-found FAILURE_UNKNOWN'],
    ['an unknown handler', { handler: 'order', group }, 'not-found HANDLER_UNKNOWN'],
  ])('of %s are not retried, and nothing is changed', async (_, input, refusal) => {
    const bench = await benchWithTwelve();
    expect(await bench.refusal('failure.retry', input)).toBe(refusal);
    expect(await bench.refusal('failure.retry', { ...input, preview: true })).toBe(refusal);
    expect((await bench.done('run.list', {})).runs).toEqual([]);
    expect(bench.queueAdmin.held('handler/customer/dead-letters')).toHaveLength(12);
  });

  test('are not retried during a run or a pause, and keep their copies', async () => {
    const bench = await benchWithTwelve();
    await bench.switchTo({ paused: { since: 1, by: 'ann' } });
    expect(await bench.refusal('failure.retry', { ids: [idOf(1)] })).toBe('conflict HANDLER_PAUSED');
    const { paused: _none, ...running } = (await bench.settings.handler('customer').read()).value;
    await bench.settings.handler('customer').write(running, 1);
    await bench.done('run.start', { mode: 'full' });
    expect(await bench.refusal('failure.retry', { ids: [idOf(1)] })).toBe('conflict RUN_BUSY');
    expect(bench.queueAdmin.held('handler/customer/dead-letters')).toHaveLength(12);
  });
});
