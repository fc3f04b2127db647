import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { createControlBench } from '../../builders/control-bench.ts';

const busy = new ConnectorError({ failureClass: 'retry', code: 'SWITCH_ResourceInUse' }, 'It is changing.');
const open = { state: 'open' as const, since: 1, code: 'FLUENT_503', successes: 0 };

describe('a handler', () => {
  test('records who paused it and when, and consumes again when it is resumed', async () => {
    const bench = createControlBench();
    expect(await bench.done('handler.pause', {})).toMatchObject({
      state: 'paused',
      pausedBy: 'jo',
      pausedSince: bench.time.now,
      isConsuming: false,
    });
    bench.time.now += 1_000;
    expect(await bench.done('handler.pause', {})).toMatchObject({ pausedSince: bench.time.now - 1_000 });
    const resumed = await bench.done('handler.resume', {});
    expect(resumed).toMatchObject({ state: 'running', isConsuming: true });
    expect(resumed.note).toBeUndefined();
    expect(await bench.done('handler.resume', {})).toMatchObject({
      ...{ state: 'running', isConsuming: true, note: 'It was not paused.' },
    });
  });

  test('stays off when it is resumed behind an open breaker, and the answer says why', async () => {
    const bench = createControlBench();
    await bench.switchTo({ breaker: open });
    await bench.done('handler.pause', {});
    const resumed = await bench.done('handler.resume', {});
    expect(resumed).toMatchObject({ state: 'breaker-open', isConsuming: false });
    expect(resumed.note).toContain(
      'The pause has ended, but the breaker is still open because of FLUENT_503.',
    );
    expect((await bench.settings.handler('customer').read()).value.breaker).toMatchObject({ state: 'open' });
  });

  test('answers that it was not paused, and that the breaker is open', async () => {
    const bench = createControlBench();
    await bench.switchTo({ breaker: open });
    const { note } = await bench.done('handler.resume', {});
    expect(note).toMatch(
      /^It was not paused\. The breaker is open because of FLUENT_503\. The connector probes Fluent/,
    );
  });

  test('resumes at the least concurrency behind a half-open breaker', async () => {
    const bench = createControlBench();
    await bench.switchTo({ breaker: { ...open, state: 'half-open' }, paused: { since: 1, by: 'ann' } });
    await bench.done('handler.resume', {});
    expect(bench.switches.isAtLeastConcurrency('customer')).toBe(true);
  });

  test('is paused although its mapping is busy: the caretaker switches it later', async () => {
    const own = createControlBench();
    const switches = { ...own.switches, setConsuming: () => Promise.reject(busy) };
    const bench = createControlBench({ switches });
    const paused = await bench.done('handler.pause', {});
    expect(paused).toMatchObject({ state: 'paused', isConsuming: true });
    expect(paused.note).toContain('within a minute');
  });

  test('says how many recorded changes wait when it leaves Prepare mode', async () => {
    const bench = createControlBench();
    expect(await bench.done('handler.mode', { mode: 'prepare' })).toMatchObject({ mode: 'prepare' });
    await bench.pending.record(bench.keyOf(1), { version: 3, kind: 'UPSERT' });
    const back = await bench.done('handler.mode', { mode: 'process' });
    expect(back).toMatchObject({ mode: 'process', pending: 1 });
    expect(back.note).toContain('1 recorded change is not sent by this');
    expect(bench.queues.sent).toEqual([]);
  });

  test('keeps mayBeRecorded until no recorded change is left', async () => {
    const bench = createControlBench();
    const mayBeRecorded = async () => (await bench.settings.handler('customer').read()).value.mayBeRecorded;
    await bench.done('handler.mode', { mode: 'prepare' });
    await bench.done('record.process', {});
    expect(await mayBeRecorded()).toBe(true);
    await bench.pending.record(bench.keyOf(1), { version: 3, kind: 'UPSERT' });
    await bench.done('handler.mode', { mode: 'process' });
    expect(await mayBeRecorded()).toBe(true);
    await bench.done('record.process', {});
    expect(await mayBeRecorded()).toBeUndefined();
    await bench.done('handler.mode', { mode: 'prepare' });
    await bench.done('handler.mode', { mode: 'process' });
    expect(await mayBeRecorded()).toBeUndefined();
  });

  test('keeps a change that is written at the same time', async () => {
    const bench = createControlBench();
    const setting = bench.settings.handler('customer');
    let isFirst = true;
    const racing = {
      ...bench.settings,
      handler: () => ({
        read: async () => {
          const read = await setting.read();
          if (isFirst) await setting.write({ ...read.value, breaker: open }, read.revision);
          isFirst = false;
          return read;
        },
        write: setting.write,
      }),
    };
    const control = createControlBench({ settings: racing });
    expect(await control.done('handler.pause', {})).toMatchObject({
      state: 'paused',
      breaker: { state: 'open' },
    });
  });

  test.each(['handler.pause', 'handler.resume', 'queue.restart'] as const)(
    '%s is not-found for an unknown handler',
    async (operation) => {
      const bench = createControlBench();
      expect(await bench.refusal(operation, { handler: 'order' })).toBe('not-found HANDLER_UNKNOWN');
    },
  );
});

describe('the queues', () => {
  test('are listed with their dead letters', async () => {
    const bench = createControlBench();
    bench.queueAdmin.put('handler/customer/dead-letters', 'a', 'b', 'c');
    const { queues } = await bench.done('queue.list', {});
    expect(queues.map(({ name }) => name)).toContain('ingest');
    expect(queues.find(({ name }) => name === 'handler/customer/dead-letters')).toEqual({
      name: 'handler/customer/dead-letters',
      ready: 3,
      inFlight: 0,
      delayed: 0,
      isDeadLetters: true,
    });
  });

  test('redrive all dead letters to their queue', async () => {
    const bench = createControlBench();
    bench.queueAdmin.put('handler/customer/dead-letters', 'a', 'b', 'c');
    const queue = 'handler/customer/dead-letters';
    expect(await bench.done('queue.redrive', { queue })).toEqual({ messages: 3 });
    expect(bench.queueAdmin.held('handler/customer')).toHaveLength(3);
  });

  test.each([
    ['redrive', { queue: 'nowhere' }, 'not-found QUEUE_UNKNOWN'],
    ['redrive', { queue: 'ingest' }, 'invalid NOT_DEAD_LETTERS'],
    ['purge', { queue: 'nowhere', confirm: 'nowhere' }, 'not-found QUEUE_UNKNOWN'],
    ['purge', { queue: 'ingest', confirm: 'ingst' }, 'invalid NOT_CONFIRMED'],
    ['purge', { queue: 'ingest' }, 'invalid INVALID_INPUT'],
  ] as const)('refuses %s of %o with %s and loses nothing', async (what, input, refusal) => {
    const bench = createControlBench();
    bench.queueAdmin.put('ingest', 'a');
    expect(await bench.refusal(`queue.${what}`, input as never)).toBe(refusal);
    expect(bench.queueAdmin.held('ingest')).toEqual(['a']);
  });

  test('are purged if the confirmation repeats their name', async () => {
    const bench = createControlBench();
    bench.queueAdmin.put('ingest', 'a');
    await bench.done('queue.purge', { queue: 'ingest', confirm: 'ingest' });
    expect(bench.queueAdmin.held('ingest')).toEqual([]);
  });

  test('are restarted: disabled, and enabled as soon as AWS allows it', async () => {
    const own = createControlBench();
    const moves: boolean[] = [];
    const switches = {
      ...own.switches,
      setConsuming: async (_handler: string, isConsuming: boolean) => {
        moves.push(isConsuming);
        if (isConsuming && moves.length < 4) throw busy;
      },
    };
    const bench = createControlBench({ switches });
    expect(await bench.done('queue.restart', {})).toEqual({ done: true });
    expect(moves).toEqual([false, true, true, true]);
  });

  test('are left to the caretaker if AWS does not enable them in time', async () => {
    const own = createControlBench();
    const switches = {
      ...own.switches,
      setConsuming: async (_handler: string, isConsuming: boolean) => {
        if (isConsuming) throw busy;
      },
    };
    const bench = createControlBench({ switches });
    expect(await bench.refusal('queue.restart', {})).toBe('unavailable STILL_STOPPING');
  });

  test.each([
    [{ paused: { since: 1, by: 'ann' } }, 'conflict HANDLER_PAUSED'],
    [{ breaker: open }, 'conflict BREAKER_OPEN'],
  ])('are not restarted while they are switched off on purpose: %o', async (switches, refusal) => {
    const bench = createControlBench();
    await bench.switchTo(switches);
    await bench.switches.setConsuming('customer', false);
    expect(await bench.refusal('queue.restart', {})).toBe(refusal);
    expect(await bench.switches.isConsuming('customer')).toBe(false);
  });
});

describe('real-time sync', () => {
  const window = (bench: ReturnType<typeof createControlBench>, stoppedSince: number) => ({
    from: new Date(stoppedSince - 600_000).toISOString(),
    to: new Date(bench.time.now).toISOString(),
  });

  test('keeps the time of the first stop', async () => {
    const bench = createControlBench();
    const stoppedSince = bench.time.now;
    expect(await bench.done('intake.stop', {})).toEqual({ stoppedSince });
    bench.time.now += 60_000;
    expect(await bench.done('intake.stop', {})).toEqual({ stoppedSince });
    expect(await bench.switches.isIntakeEnabled()).toBe(false);
  });

  test('starts with a catch-up: a reconcile and a replay of exactly the stopped time', async () => {
    const bench = createControlBench();
    const { stoppedSince } = await bench.done('intake.stop', {});
    bench.time.now += 3_600_000;
    const started = await bench.done('intake.start', {});
    expect(started.stoppedSince).toBe(stoppedSince);
    expect(await bench.switches.isIntakeEnabled()).toBe(true);
    const [run] = (await bench.done('run.list', {})).runs;
    expect(started.catchUpRunIds).toEqual([run?.id]);
    expect(run).toMatchObject({
      mode: 'reconcile',
      options: {
        ...window(bench, stoppedSince),
        compare: 'versions',
        repair: ['source-ahead', 'missing'],
      },
    });
    expect(bench.switches.replays()).toEqual([
      { name: started.replay, from: stoppedSince - 600_000, to: bench.time.now },
    ]);
    // The rule needs some time to be enabled; until then events are only in the archive.
    const to = bench.time.now + 120_000;
    expect((await bench.settings.intake().read()).value).toEqual({
      replay: { from: stoppedSince - 600_000, to, notBefore: to + 600_000 },
    });
    expect(await bench.done('intake.start', {})).toEqual({ catchUpRunIds: [] });
  });

  test('starts during another run, and a repeated start catches up after it', async () => {
    const bench = createControlBench();
    const { stoppedSince } = await bench.done('intake.stop', {});
    const { id } = await bench.done('run.start', { mode: 'full' });
    const first = await bench.done('intake.start', {});
    expect(await bench.switches.isIntakeEnabled()).toBe(true);
    expect(first).toMatchObject({ catchUpRunIds: [], note: expect.stringContaining(id) });
    expect((await bench.done('status', {})).intake).toEqual({
      isIntakeEnabled: true,
      catchUpFrom: stoppedSince,
    });
    await bench.done('run.cancel', { runId: id });
    bench.time.now += 60_000;
    const second = await bench.done('intake.start', {});
    expect(second.catchUpRunIds).toHaveLength(1);
    expect(second.note).toBeUndefined();
    expect((await bench.done('status', {})).intake).toEqual({ isIntakeEnabled: true });
  });

  test('catches up on both stops if it is stopped again before the first catch-up', async () => {
    const bench = createControlBench();
    const { stoppedSince } = await bench.done('intake.stop', {});
    await bench.done('run.start', { mode: 'full' });
    await bench.done('intake.start', {});
    bench.time.now += 60_000;
    await bench.done('intake.stop', {});
    expect(await bench.done('intake.start', {})).toMatchObject({ stoppedSince });
  });

  test('also catches up on the time of a second replay that has not run yet', async () => {
    const bench = createControlBench();
    const { stoppedSince } = await bench.done('intake.stop', {});
    const { catchUpRunIds } = await bench.done('intake.start', {});
    await bench.done('run.cancel', { runId: catchUpRunIds[0] ?? '' });
    bench.time.now += 60_000;
    await bench.done('intake.stop', {});
    expect(await bench.done('intake.start', {})).toMatchObject({ stoppedSince: stoppedSince - 600_000 });
  });

  test('does not take the run of an interrupted catch-up for that of the second stop', async () => {
    const bench = createControlBench();
    const { stoppedSince } = await bench.done('intake.stop', {});
    const { catchUpRunIds } = await bench.done('intake.start', {});
    const intake = bench.settings.intake();
    await intake.write({ catchUpFrom: stoppedSince }, (await intake.read()).revision);
    bench.time.now += 60_000;
    await bench.done('intake.stop', {});
    bench.time.now += 60_000;
    const again = await bench.done('intake.start', {});
    expect(again).toMatchObject({ catchUpRunIds: [], note: expect.stringContaining(catchUpRunIds[0] ?? '') });
    expect((await intake.read()).value).toMatchObject({ catchUpFrom: stoppedSince });
  });

  test('starts no second run after a crash right after the catch-up started', async () => {
    const bench = createControlBench();
    const { stoppedSince } = await bench.done('intake.stop', {});
    await bench.done('intake.start', {});
    const intake = bench.settings.intake();
    await intake.write({ catchUpFrom: stoppedSince }, (await intake.read()).revision);
    bench.time.now += 60_000;
    const again = await bench.done('intake.start', {});
    const { runs } = await bench.done('run.list', {});
    expect(runs).toHaveLength(1);
    expect(again.catchUpRunIds).toEqual([runs[0]?.id]);
  });
});
