import { describe, expect, test } from 'vitest';
import type { Run } from '../../../lambdas/core/runs/run.ts';
import { assumedRate, planRun } from '../../../lambdas/core/runs/run-plan.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { somePage } from '../../builders/runs.ts';

const settings = { pageSize: 500, sweepCap: 0.01 };
const planned = (over: Partial<Parameters<typeof planRun>[0]> = {}) =>
  planRun({
    mode: 'full',
    options: {},
    customers: 1_234,
    settings,
    perSecond: 222,
    confirmSeconds: 600,
    ...over,
  });

describe('the plan of a run', () => {
  test('has 3 list queries for 1,234 customers, no Fluent call if nothing changed, and two for each new customer', () => {
    expect(planned()).toMatchObject({
      customers: 1_234,
      pages: 3,
      commercetoolsQueries: 3,
      fluentCalls: { least: 0, most: 2_468 },
    });
  });

  test('has one more list query after a full page', () => {
    expect(planned({ customers: 1_000 })).toMatchObject({ pages: 2, commercetoolsQueries: 3 });
    expect(planned({ customers: 0 })).toMatchObject({
      pages: 0,
      commercetoolsQueries: 1,
      seconds: { least: 0, most: 0 },
    });
  });

  test('costs between 14 and 20 dollars for ten million customers, by the price list', () => {
    const { dollars, dynamoDbUnits } = planned({ customers: 10_000_000 });
    expect(dynamoDbUnits.read).toBeGreaterThanOrEqual(10_000_000);
    expect(dollars.least).toBeCloseTo(14, 0);
    expect(dollars.most).toBeLessThan(20);
    expect(dollars.least).toBeLessThan(dollars.most);
  });

  test('has one query per batch of messages if they carry no bodies', () => {
    const inline = planned().commercetoolsQueries;
    expect(planned({ options: { inlineBody: false } }).commercetoolsQueries).toBe(inline + 247);
  });

  test('has one Fluent query per customer for a comparison with Fluent, and none for one with the sync records', () => {
    const options = { compare: 'oms' as const };
    expect(planned({ mode: 'reconcile', options }).fluentCalls).toEqual({ least: 1_234, most: 1_234 });
    expect(planned({ mode: 'reconcile' }).fluentCalls).toEqual({ least: 0, most: 0 });
    const repair = { repair: ['missing' as const] };
    expect(planned({ mode: 'reconcile', options: repair }).fluentCalls).toEqual({ least: 0, most: 2_468 });
  });

  test('has at most the capped deletes for a sweep, and its wait before the second check', () => {
    const { fluentCalls, seconds } = planned({ mode: 'sweep', options: {} });
    expect(fluentCalls).toEqual({ least: 0, most: 24 });
    expect(seconds.most).toBeGreaterThanOrEqual(600);
    expect(planned({ mode: 'sweep', options: { dryRun: true } }).fluentCalls.most).toBe(0);
  });

  test('assumes 222 customers per second at a concurrency of 10', () => {
    expect(assumedRate(10)).toBe(222);
  });
});

interface Slowed {
  readonly ratePerSecond?: number;
  readonly slow?: (runId: string) => Promise<unknown>;
}

describe('run.plan', () => {
  test('counts in commercetools, in the window of the run, and starts nothing', async () => {
    const bench = createControlBench();
    bench.have(1, 2, 3);
    const plan = await bench.done('run.plan', { mode: 'full' });
    expect(plan).toMatchObject({
      mode: 'full',
      customers: 3,
      pages: 1,
      rate: { perSecond: 222, source: 'assumed' },
      obstacles: [],
    });
    const none = { from: '2026-11-20T11:30:00Z' };
    expect(await bench.done('run.plan', { mode: 'full', options: none })).toMatchObject({ customers: 0 });
    expect((await bench.done('run.list', {})).runs).toEqual([]);
  });

  test('says that the first run is a full run, whatever mode is requested', async () => {
    const bench = createControlBench();
    bench.have(1);
    expect(await bench.done('run.plan', { mode: 'incremental' })).toMatchObject({
      mode: 'full',
      reason: 'first',
      customers: 1,
    });
  });

  test('counts a group of failures without a query', async () => {
    const bench = createControlBench();
    for (let n = 1; n <= 12; n++) await bench.fail(n);
    const options = { group: 'customer:INVALID:email' };
    expect(await bench.done('run.plan', { mode: 'retry', options })).toMatchObject({ customers: 12 });
    expect(await bench.refusal('run.plan', { mode: 'retry', options: { group: 'X' } })).toBe(
      'not-found GROUP_UNKNOWN',
    );
  });

  test.each([
    [0, { perSecond: 222, source: 'assumed' }],
    [99, { perSecond: 222, source: 'assumed' }],
    // The minute may have had idle seconds, so the handler may be as fast as assumed.
    [600, { perSecond: 10, fastest: 222, source: 'busiest-minute' }],
    [60_000, { perSecond: 1_000, fastest: 1_000, source: 'busiest-minute' }],
    [undefined, { perSecond: 222, source: 'assumed' }],
  ])('takes %s customers in the busiest minute for the rate %o', async (busiest, rate) => {
    const bench = createControlBench();
    bench.measured.busiest = busiest;
    expect((await bench.done('run.plan', { mode: 'full' })).rate).toEqual(rate);
  });

  test('takes the rate from the fastest of the last runs that were neither throttled nor paused', async () => {
    const bench = createControlBench();
    bench.measured.busiest = 600;
    const runOf = async (size: number, seconds: number, { ratePerSecond, slow }: Slowed = {}) => {
      bench.time.now += 1_000;
      const { id } = await bench.done('run.start', { mode: 'full', ...(ratePerSecond && { ratePerSecond }) });
      await bench.runs.plan(somePage(id, 1, size));
      await bench.runs.recordEntries(id, 1, { synced: Array.from({ length: size }, (_, n) => n) });
      const counts = { listed: size, planned: size, classes: {} };
      const run = (await bench.runs.read(id)) as Run;
      await bench.runs.advance(run, { cursor: { page: 1, stage: 'done' }, counts });
      await bench.runs.setStatus(run, 'running');
      await slow?.(id);
      bench.time.now += seconds * 1_000;
      await bench.runs.setStatus({ ...run, status: 'running' }, 'finished');
      return id;
    };
    await runOf(99, 1);
    await runOf(500, 1, { ratePerSecond: 500 });
    await runOf(500, 1, { slow: (runId) => bench.done('run.throttle', { runId }) });
    await runOf(500, 1, {
      slow: async (runId) => {
        await bench.done('run.pause', { runId });
        await bench.done('run.resume', { runId });
      },
    });
    expect((await bench.done('run.plan', { mode: 'full' })).rate).toMatchObject({ source: 'busiest-minute' });
    await runOf(300, 100);
    const fastest = await runOf(300, 3);
    await runOf(300, 60);
    expect(await bench.done('run.plan', { mode: 'full' })).toMatchObject({
      rate: { perSecond: 100, source: 'run', runId: fastest },
    });
  });

  test('names what prevents the run from starting now', async () => {
    const bench = createControlBench();
    const { id } = await bench.done('run.start', { mode: 'full' });
    await bench.switchTo({ paused: { since: 1, by: 'ann' } });
    const options = { from: '2027-01-01T00:00:00Z' };
    const { obstacles, customers } = await bench.done('run.plan', { mode: 'incremental', options });
    expect(obstacles).toEqual([
      expect.stringContaining('in the future'),
      expect.stringContaining(id),
      expect.stringContaining('paused by ann'),
    ]);
    expect(customers).toBe(0);
  });

  test('refuses an option that does not fit the mode, and an unknown handler', async () => {
    const bench = createControlBench();
    expect(await bench.refusal('run.plan', { mode: 'sweep', options: { force: true } })).toBe(
      'invalid OPTION_UNFIT',
    );
    expect(await bench.refusal('run.plan', { handler: 'order', mode: 'full' })).toBe(
      'not-found HANDLER_UNKNOWN',
    );
  });
});
