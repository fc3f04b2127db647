import { describe, expect, test } from 'vitest';
import { ConnectorError, type Failure } from '../../../lambdas/core/base/errors.ts';
import { noEntries } from '../../../lambdas/core/runs/run-entries.ts';
import { feed } from '../../../lambdas/run-feeder/feed.ts';
import { idOf } from '../../builders/notification.ts';
import { connectedCustomer, createRunBench, noon } from '../../builders/run-bench.ts';

const fails = (failure: Failure) => async (): Promise<never> => {
  throw new ConnectorError(failure, 'as drawn');
};
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe('a full run', () => {
  test('sends 1,234 customers as pages of 500, 500 and 234 with bodies, from three queries, and ends after the last outcome', async () => {
    const bench = createRunBench();
    await bench.plantAll(1_234);
    const { id } = await bench.start();
    await bench.feedAll();
    expect(bench.sent()).toEqual(range(1, 1_234));
    expect(bench.calls).toEqual(['page', 'page', 'page']);
    const { event } = bench.ports.queues.sent[500] ?? {};
    expect(event).toMatchObject({
      projectKey: 'local',
      resource: { typeId: 'customer', id: idOf(501) },
      version: 1,
      kind: 'UPSERT',
      runId: id,
      entry: '2/0',
      traceId: `${id}/2/0`,
      body: { id: idOf(501) },
      bodyAt: noon,
    });
    expect(event).not.toHaveProperty('force');
    expect(await bench.run(id)).toMatchObject({
      status: 'finished',
      expected: 1_234,
      counts: { listed: 1_234, planned: 1_234 },
      cursor: { page: 3, stage: 'done' },
    });
    expect(await bench.ports.runs.entryCounts(id)).toEqual({ ...noEntries, synced: 1_234 });
  });

  test('is preparing until its first page is planned, and plans a page before it sends the first message', async () => {
    const bench = createRunBench();
    await bench.plantAll(2);
    const { id } = await bench.start();
    expect(await bench.run(id)).toMatchObject({ status: 'preparing' });
    const { send } = bench.ports.queues;
    bench.ports.queues.send = async (list) => {
      expect(await bench.run(id)).toMatchObject({ status: 'running' });
      expect(await bench.ports.runs.entryCounts(id)).toMatchObject({ pending: 2 });
      return send(list);
    };
    await bench.tick();
    expect(bench.sent()).toEqual([1, 2]);
  });

  test('ends immediately if there are no customers', async () => {
    const bench = createRunBench();
    const { id } = await bench.start();
    await bench.feedAll();
    expect(await bench.run(id)).toMatchObject({ status: 'finished', counts: { listed: 0, planned: 0 } });
  });

  test('applies force, inlineBody and its window', async () => {
    const bench = createRunBench();
    await bench.plantAll(3);
    bench.plant(2, { lastModifiedAt: '2026-11-19T00:00:00.000Z' });
    const options = { force: true, inlineBody: false, from: '2026-11-20T00:00:00Z' };
    await bench.start({ options });
    await bench.feedAll();
    expect(bench.sent()).toEqual([1, 3]);
    for (const { event } of bench.ports.queues.sent) {
      expect(event).toMatchObject({ force: true });
      expect(event).not.toHaveProperty('body');
    }
    expect(await bench.watermarks()).toEqual({ incremental: undefined, reconcile: undefined });
  });

  test('omits a body that would make its message or its batch too large', async () => {
    const bench = createRunBench();
    for (const n of range(1, 11)) bench.plant(n, { note: 'x'.repeat(n === 3 ? 62_000 : 40_000) });
    await bench.start();
    await bench.feedAll();
    const carried = bench.ports.queues.sent.map(({ event }) => event.body !== undefined);
    // Six bodies of 40 KB fill the first batch of ten; the eleventh message starts the next batch.
    expect(carried).toEqual([true, true, false, true, true, true, true, false, false, false, true]);
  });

  test('waits while the queue is full, and shows that it is not stuck', async () => {
    const bench = createRunBench({ settings: { topUpBelow: 3 } });
    await bench.plantAll(2);
    const { id } = await bench.start();
    bench.ports.queueAdmin.put('handler/customer', 'a', 'b', 'c');
    for (let steps = 0; steps < 30; steps++) await bench.tick();
    expect(bench.sent()).toEqual([]);
    expect(bench.ports.ticks.sent).toEqual([{ runId: id, page: 1, wait: 30, delaySeconds: 15 }]);
    expect(await bench.run(id)).toMatchObject({ updatedAt: bench.time.now });
    bench.ports.queueAdmin.held('handler/customer');
    await bench.ports.queueAdmin.purge('handler/customer');
    await bench.feedAll();
    expect(bench.sent()).toEqual([1, 2]);
  });

  test('keeps its rate, and applies a changed rate to the next page', async () => {
    const bench = createRunBench({ settings: { pageSize: 100 } });
    await bench.plantAll(250);
    const { id } = await bench.start({ ratePerSecond: 8 });
    await bench.tick();
    expect(bench.sent()).toHaveLength(80);
    expect(bench.ports.ticks.sent).toEqual([{ runId: id, page: 2, delaySeconds: 10 }]);
    await bench.ports.runs.setRate(id, 0.1);
    await bench.tick();
    // 80 customers at 0.1 per second take 800 s, of which 10 have passed.
    expect(bench.sent()).toHaveLength(80);
    expect(bench.ports.ticks.sent).toEqual([{ runId: id, page: 2, wait: 1, delaySeconds: 790 }]);
    await bench.tick();
    expect(bench.sent()).toHaveLength(81);
    await bench.ports.runs.setRate(id, undefined);
    await bench.feedAll();
    expect(bench.sent()).toEqual(range(1, 250));
  });

  test('finishes after settleSeconds without its last outcomes, and reports the pending customers', async () => {
    const bench = createRunBench({ settings: { settleSeconds: 100 } });
    await bench.plantAll(3);
    const { id } = await bench.start();
    while (await bench.tick()) {
      // No handler processes the queue.
    }
    const run = await bench.run(id);
    expect(run).toMatchObject({ status: 'finished' });
    expect((run.endedAt ?? 0) - (run.sentAt ?? 0)).toBeGreaterThanOrEqual(100_000);
    expect((run.endedAt ?? 0) - (run.sentAt ?? 0)).toBeLessThan(116_000);
    expect((await bench.ports.runs.entries(id, { outcome: 'pending', limit: 9 })).items).toHaveLength(3);
  });

  test('without a window moves both watermarks to its start time, and only when it ends', async () => {
    const bench = createRunBench();
    await bench.plantAll(1_001);
    await bench.start();
    await bench.tick();
    expect(await bench.watermarks()).toEqual({ incremental: undefined, reconcile: undefined });
    bench.time.now += 60_000;
    await bench.feedAll();
    expect(await bench.watermarks()).toEqual({ incremental: noon, reconcile: noon });
  });

  test('resends refused messages within the same page', async () => {
    const bench = createRunBench();
    await bench.plantAll(25);
    const { send } = bench.ports.queues;
    let calls = 0;
    bench.ports.queues.send = async (list) => {
      const refused = new Set(++calls === 1 ? [3, 24] : []);
      await send(list.filter((_, index) => !refused.has(index)));
      return refused;
    };
    const { id } = await bench.start();
    await bench.feedAll();
    expect(bench.sent().sort((a, b) => a - b)).toEqual(range(1, 25));
    expect(await bench.run(id)).toMatchObject({ status: 'finished' });
  });

  test('stays at its page while the queue refuses a message, and repeats the page at the same positions', async () => {
    const bench = createRunBench();
    await bench.plantAll(3);
    bench.plant(4, { version: 2 });
    const { send } = bench.ports.queues;
    bench.ports.queues.send = async (list) => {
      await send(list.slice(1));
      return new Set([0]);
    };
    const { id } = await bench.start();
    await bench.tick();
    expect(await bench.run(id)).toMatchObject({ status: 'running', cursor: { page: 0 } });
    expect(bench.ports.ticks.sent).toEqual([{ runId: id, page: 1, wait: 1, delaySeconds: 15 }]);
    // In the meantime one was deleted, one created, one changed, and one comes from a lagging replica.
    bench.customers.delete(idOf(2));
    bench.plant(0);
    bench.plant(3, { version: 7 });
    bench.plant(4, { version: 1 });
    bench.ports.queues.send = send;
    bench.ports.queues.sent.length = 0;
    await bench.tick();
    const sent = bench.ports.queues.sent.map(({ event }) => [event.entry, event.resource.id, event.version]);
    expect(sent).toEqual([
      ['1/0', idOf(1), 1],
      ['1/1', idOf(2), 1],
      ['1/2', idOf(3), 7],
      ['1/3', idOf(4), 2],
    ]);
    expect(bench.ports.queues.sent.map(({ event }) => event.body !== undefined)).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(bench.calls).toEqual(['page', 'byIds']);
  });
});

describe('a step', () => {
  const started = async (count = 3) => {
    const bench = createRunBench({ settings: { pageSize: 2 } });
    await bench.plantAll(count);
    const { id } = await bench.start();
    bench.ports.ticks.sent.length = 0;
    const tick = (page?: number, receives = 1) =>
      feed(bench.ports, { tick: { runId: id, ...(page !== undefined && { page }) }, receives });
    return { bench, id, tick };
  };

  test('of an unknown, paused or ended run is dropped', async () => {
    const { bench, id, tick } = await started();
    await feed(bench.ports, { tick: { runId: '00000000-0000-7000-8000-000000000000' }, receives: 1 });
    const run = await bench.run(id);
    await bench.ports.runs.setStatus(run, 'paused');
    await tick();
    await bench.ports.runs.setStatus({ ...run, status: 'paused' }, 'cancelled');
    await tick();
    expect(bench.calls).toEqual([]);
    expect(bench.ports.ticks.sent).toEqual([]);
  });

  test('for a sent page is dropped; when received again it resends the message for the next step', async () => {
    const { bench, id, tick } = await started();
    await tick(1);
    bench.ports.ticks.sent.length = 0;
    await tick(1);
    expect(bench.ports.ticks.sent).toEqual([]);
    await tick(1, 2);
    expect(bench.ports.ticks.sent).toEqual([{ runId: id, page: 2, delaySeconds: 0 }]);
    expect(bench.sent()).toEqual([1, 2]);
  });

  test('that waits and was duplicated continues once; when received again it resends the message for the next step', async () => {
    const { bench, id } = await started();
    const { sent } = bench.ports.ticks;
    bench.ports.queueAdmin.put('handler/customer', ...Array.from({ length: 600 }, (_, n) => String(n)));
    const again = (wait: number, receives = 1) =>
      feed(bench.ports, { tick: { runId: id, page: 1, wait }, receives });
    await Promise.all([1, 2, 3].map(() => feed(bench.ports, { tick: { runId: id, page: 1 }, receives: 1 })));
    expect(sent.map(({ wait }) => wait)).toEqual([1]);
    sent.length = 0;
    await Promise.all([again(1), again(1), again(1)]);
    expect(sent.map(({ wait }) => wait)).toEqual([2]);
    await again(1);
    expect(sent).toHaveLength(1);
    await again(1, 2);
    expect(sent.slice(1)).toEqual([{ runId: id, page: 1, wait: 2, delaySeconds: 0 }]);
  });

  test('is received again if the queue refuses the message for the next step', async () => {
    const { bench, tick } = await started();
    bench.ports.ticks.send = async () => {
      throw new ConnectorError({ failureClass: 'retry', code: 'TICKS_UNREACHABLE' }, 'No.');
    };
    await expect(tick(1)).rejects.toThrow('No.');
    expect(bench.sent()).toEqual([1, 2]);
  });

  test('that runs twice at the same time moves the cursor once, and one of the two continues', async () => {
    const { bench, id, tick } = await started();
    await Promise.all([tick(1), tick(1)]);
    expect(await bench.run(id)).toMatchObject({ cursor: { page: 1 }, counts: { listed: 2, planned: 2 } });
    expect(bench.ports.ticks.sent).toEqual([{ runId: id, page: 2, delaySeconds: 0 }]);
  });

  test('stops if its run is paused meanwhile; after a resume the page is sent again and the run continues', async () => {
    const { bench, id, tick } = await started();
    const { send } = bench.ports.queues;
    bench.ports.queues.send = async (list) => {
      bench.ports.queues.send = send;
      await bench.ports.runs.setStatus(await bench.run(id), 'paused');
      return send(list);
    };
    await tick(1);
    expect(await bench.run(id)).toMatchObject({ status: 'paused', cursor: { page: 0 } });
    expect(bench.ports.ticks.sent).toEqual([]);
    await bench.ports.runs.setStatus(await bench.run(id), 'running');
    await bench.ports.ticks.send({ runId: id }, 0);
    await bench.feedAll();
    expect(bench.sent()).toEqual([1, 2, 1, 2, 3]);
    expect(await bench.run(id)).toMatchObject({ status: 'finished', counts: { listed: 3, planned: 3 } });
  });

  test.each([
    { failureClass: 'retry', code: 'COMMERCETOOLS_503' },
    { failureClass: 'retry', code: 'COMMERCETOOLS_429', retryAfterSeconds: 40 },
  ] as const)('that fails with $code is retried later, and the run stays running', async (failure) => {
    const { bench, id, tick } = await started();
    const { page } = bench.ports.lister;
    await tick(1);
    bench.ports.ticks.sent.length = 0;
    bench.ports.lister.page = fails(failure);
    await tick(2);
    expect(bench.ports.ticks.sent).toEqual([
      { runId: id, page: 2, wait: 1, delaySeconds: 'retryAfterSeconds' in failure ? 40 : 15 },
    ]);
    expect(await bench.run(id)).toMatchObject({ status: 'running', waitCode: failure.code });
    bench.ports.lister.page = page;
    await bench.feedAll();
    expect(await bench.run(id)).not.toHaveProperty('waitCode');
    expect(bench.sent()).toEqual([1, 2, 3]);
  });

  test.each([
    { failureClass: 'configuration', code: 'COMMERCETOOLS_401' },
    { failureClass: 'permanent', code: 'SOURCE_UNSORTED' },
  ] as const)('that fails with $code ends the run with that code', async (failure) => {
    const { bench, id, tick } = await started();
    bench.ports.lister.page = fails(failure);
    await tick(1);
    expect(await bench.run(id)).toMatchObject({ status: 'failed', statusReason: failure.code });
    expect(bench.count('RunsFailed')).toBe(1);
    expect(bench.ports.ticks.sent).toEqual([]);
    expect(await bench.start()).toMatchObject({ status: 'preparing' });
  });

  test('that throws an unexpected error is received again, and fails the run on the third receive', async () => {
    const { bench, id, tick } = await started();
    bench.ports.lister.page = async () => {
      throw new TypeError('jane@example.com');
    };
    await expect(tick(1, 1)).rejects.toThrow(TypeError);
    await expect(tick(1, 2)).rejects.toThrow(TypeError);
    expect(await bench.run(id)).toMatchObject({ status: 'preparing' });
    await tick(1, 3);
    expect(await bench.run(id)).toMatchObject({ status: 'failed', statusReason: 'INTERNAL' });
    expect(JSON.stringify(bench.errors)).not.toContain('jane');
  });

  test('fails the run if the list does not rise by id, instead of listing forever', async () => {
    const { bench, id, tick } = await started();
    const first = bench.ports.lister;
    const same = await first.page({ resourceType: 'customer', limit: 2, expand: [] });
    bench.ports.lister.page = async () => same;
    await tick(1);
    await tick(2);
    expect(await bench.run(id)).toMatchObject({ status: 'failed', statusReason: 'SOURCE_UNSORTED' });
    expect(bench.sent()).toEqual([1, 2]);
  });

  test('fails the run after maxPages pages', async () => {
    const bench = createRunBench({ settings: { pageSize: 1, maxPages: 3 } });
    await bench.plantAll(9);
    const { id } = await bench.start();
    await bench.feedAll();
    expect(bench.sent()).toEqual([1, 2, 3]);
    expect(await bench.run(id)).toMatchObject({ status: 'failed', statusReason: 'TOO_MANY_PAGES' });
  });

  test('fails the run if its handler no longer exists', async () => {
    const { bench, id } = await started();
    await feed({ ...bench.ports, handlers: {} }, { tick: { runId: id }, receives: 1 });
    expect(await bench.run(id)).toMatchObject({ status: 'failed', statusReason: 'HANDLER_UNKNOWN' });
  });
});

describe('hooks', () => {
  const handlers = {
    customer: { ...connectedCustomer, runHooks: ['run.started', 'run.ended'] as const },
    mail: { ...connectedCustomer, runHooks: ['run.started'] as const },
    silent: connectedCustomer,
  } as unknown as Record<string, typeof connectedCustomer>;

  test('notify every subscribed handler once before the first message, and once with the counts at the end', async () => {
    const notified: unknown[] = [];
    const bench = createRunBench({
      handlers,
      answers: {
        hook: ({ hook, run }, handlerId) => {
          notified.push([hook, handlerId, bench.sent().length, run.counts['synced']]);
          return { taken: true };
        },
      },
    });
    await bench.plantAll(3);
    const { id } = await bench.start();
    await bench.feedAll();
    expect(notified).toEqual([
      ['run.started', 'customer', 0, undefined],
      ['run.started', 'mail', 0, undefined],
      ['run.ended', 'customer', 3, 3],
    ]);
    expect(await bench.run(id)).toMatchObject({ status: 'finished' });
  });

  test('are retried only for the handler that failed; the others are not notified twice', async () => {
    let failures = 3;
    const notified: string[] = [];
    const bench = createRunBench({
      handlers,
      answers: {
        hook: ({ hook }, handlerId) => {
          if (handlerId === 'mail' && failures-- > 0)
            throw new ConnectorError({ failureClass: 'retry', code: 'HANDLER_UNREACHABLE' }, 'x');
          notified.push(`${hook} ${handlerId}`);
          return { taken: true };
        },
      },
    });
    await bench.plantAll(1);
    const { id } = await bench.start();
    await bench.feedAll();
    expect(notified).toEqual(['run.started customer', 'run.started mail', 'run.ended customer']);
    // Only the feeder's log names the handler that failed, and the reason.
    const place = `run ${id}, run.started of mail`;
    const line = { code: 'HANDLER_UNREACHABLE', errorName: 'ConnectorError', place };
    expect(bench.errors).toEqual([line, line, line]);
  });

  test.each(['run.started', 'run.ended'])(
    '%s that keeps failing fails the run after an hour, without further messages',
    async (failing) => {
      const bench = createRunBench({
        handlers,
        settings: { settleSeconds: 0 },
        answers: {
          hook: ({ hook }) => {
            if (hook !== failing) return { taken: true };
            throw new ConnectorError({ failureClass: 'configuration', code: 'X' }, 'x');
          },
        },
      });
      await bench.plantAll(2);
      const { id } = await bench.start();
      await bench.feedAll();
      const run = await bench.run(id);
      expect(run).toMatchObject({ status: 'failed', statusReason: 'HOOK_FAILED' });
      expect((run.endedAt ?? 0) - run.createdAt).toBeGreaterThan(3_600_000);
      expect((run.endedAt ?? 0) - run.createdAt).toBeLessThan(3_700_000);
      expect(bench.sent()).toEqual(failing === 'run.started' ? [] : [1, 2]);
      expect(await bench.watermarks()).toEqual({ incremental: undefined, reconcile: undefined });
    },
  );
});
