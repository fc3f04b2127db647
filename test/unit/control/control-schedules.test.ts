import { describe, expect, test } from 'vitest';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import { createControlBench } from '../../builders/control-bench.ts';

const MINUTE = 60_000;

describe('schedules', () => {
  test('are those of the stage until an operator sets them', async () => {
    const bench = createControlBench();
    const { schedules } = await bench.done('schedule.list', {});
    expect(schedules.map(({ name, everyMinutes }) => [name, everyMinutes])).toEqual([
      ['reconcile', 15],
      ['incremental', 1_440],
      ['comparison', 1_440],
      ['sweep', 10_080],
    ]);
    expect(schedules[0]).toEqual({
      name: 'reconcile',
      handler: 'customer',
      enabled: true,
      everyMinutes: 15,
      nextAt: bench.time.now + 15 * MINUTE,
    });
  });

  test('are switched, moved and paced, and stored for the caretaker', async () => {
    const bench = createControlBench();
    const set = (input: object) => bench.done('schedule.set', { name: 'reconcile', ...input });
    expect(await set({ enabled: false })).toEqual({
      name: 'reconcile',
      handler: 'customer',
      enabled: false,
      everyMinutes: 15,
    });
    expect(await set({ enabled: true })).toMatchObject({ nextAt: bench.time.now + 15 * MINUTE });
    expect(await set({ everyMinutes: 180 })).toMatchObject({ nextAt: bench.time.now + 180 * MINUTE });
    const nextAt = '2026-11-21T02:00:00Z';
    expect(await set({ nextAt })).toMatchObject({ everyMinutes: 180, nextAt: Date.parse(nextAt) });
    expect((await bench.settings.schedule('reconcile', 'customer').read()).value).toMatchObject({
      enabled: true,
      everyMinutes: 180,
      nextAt: Date.parse(nextAt),
    });
  });

  test('count a new pace from the last start, but never into the past', async () => {
    const bench = createControlBench();
    const setting = bench.settings.schedule('reconcile', 'customer');
    const lastAt = bench.time.now - 60 * MINUTE;
    const stored = {
      enabled: true,
      everyMinutes: 240,
      nextAt: lastAt + 240 * MINUTE,
      lastAt,
      stageMinutes: 15,
    };
    await setting.write(stored, 0);
    expect(await bench.done('schedule.set', { name: 'reconcile', everyMinutes: 180 })).toMatchObject({
      nextAt: lastAt + 180 * MINUTE,
    });
    expect(await bench.done('schedule.set', { name: 'reconcile', everyMinutes: 30 })).toMatchObject({
      nextAt: bench.time.now,
    });
  });

  test('can be switched on although the stage has them off', async () => {
    const bench = createControlBench({ care: careSettings.parse({ sweepMinutes: 0 }) });
    const { schedules } = await bench.done('schedule.list', {});
    expect(schedules.find(({ name }) => name === 'sweep')).toMatchObject({ enabled: false });
    expect(await bench.done('schedule.set', { name: 'sweep', enabled: true })).toMatchObject({
      enabled: true,
      everyMinutes: 10_080,
    });
  });

  test('refuse a next start while they are off, unless the same request switches them on', async () => {
    const bench = createControlBench();
    const next = { name: 'sweep' as const, nextAt: '2026-11-21T02:00:00Z' };
    await bench.done('schedule.set', { name: 'sweep', enabled: false });
    const { revision } = await bench.settings.schedule('sweep', 'customer').read();
    expect(await bench.refusal('schedule.set', next)).toBe('conflict SCHEDULE_OFF');
    expect(await bench.refusal('schedule.set', { ...next, enabled: false })).toBe('conflict SCHEDULE_OFF');
    expect((await bench.settings.schedule('sweep', 'customer').read()).revision).toBe(revision);
    expect(await bench.done('schedule.set', { ...next, enabled: true })).toMatchObject({
      enabled: true,
      nextAt: Date.parse(next.nextAt),
    });
  });

  test.each([
    ['a time in the past', { nextAt: '2026-11-20T11:59:59Z' }, 'invalid NEXT_IN_PAST'],
    ['a text that is no time', { nextAt: '20:00' }, 'invalid NEXT_IN_PAST'],
    ['nothing to set', {}, 'invalid NOTHING_TO_SET'],
    ['a pace of 0', { everyMinutes: 0 }, 'invalid INVALID_INPUT'],
    ['an unknown handler', { handler: 'order', enabled: true }, 'not-found HANDLER_UNKNOWN'],
    ['an unknown schedule', { name: 'cleanup', enabled: true }, 'invalid INVALID_INPUT'],
  ])('refuse %s and store nothing', async (_, input, refusal) => {
    const bench = createControlBench();
    const request = { name: 'reconcile' as const, ...input };
    expect(await bench.refusal('schedule.set', request as never)).toBe(refusal);
    expect((await bench.settings.schedule('reconcile', 'customer').read()).revision).toBe(0);
  });
});
