import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunTick } from '../../../lambdas/core/runs/run-tick.ts';
import { feed } from '../../../lambdas/run-feeder/feed.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { createRunBench } from '../../builders/run-bench.ts';
import { holds } from './seeds.ts';

const PAGE_SIZE = 60;

interface Throttle {
  /** Seconds after the previous one. */
  readonly after: number;
  readonly rate: number;
}

/** A page that was sent, and the rate at that time. */
interface Sending {
  readonly at: number;
  readonly count: number;
  readonly rate: number;
}

/** The real feeder and the real operation, with every step at its own time; the handler keeps up. */
async function sendingsOf(customers: number, first: number, throttles: readonly Throttle[]) {
  const bench = createRunBench({ settings: { pageSize: PAGE_SIZE } });
  const { ports, time } = bench;
  const { runs, ticks, clock } = ports;
  const control = createControlBench({ runs, ticks, clock });
  await bench.plantAll(customers);
  const { id: runId } = await bench.start({ ratePerSecond: first });
  const due: { at: number; tick: RunTick }[] = [];
  const requested = [...throttles];
  const sendings: Sending[] = [];
  let rate = first;
  let nextThrottle = time.now + (requested[0]?.after ?? 0) * 1_000;
  for (let steps = 0; steps < 5_000; steps++) {
    for (const { delaySeconds, ...tick } of ticks.sent.splice(0))
      due.push({ at: time.now + delaySeconds * 1_000, tick });
    due.sort((a, b) => a.at - b.at);
    const [next] = due;
    if (!next) return { sendings, run: await bench.run(runId) };
    if (requested[0] && nextThrottle <= next.at) {
      const change = requested.shift();
      time.now = Math.max(time.now, nextThrottle);
      nextThrottle = time.now + (requested[0]?.after ?? 0) * 1_000;
      const given = await control.ask('run.throttle', { runId, ratePerSecond: change?.rate });
      if (given.ok) rate = change?.rate ?? rate;
      continue;
    }
    due.shift();
    time.now = Math.max(time.now, next.at);
    const before = ports.queues.sent.length;
    await feed(ports, { tick: next.tick, receives: 1 });
    const count = ports.queues.sent.length - before;
    if (count > 0) sendings.push({ at: time.now, count, rate });
    await bench.handle();
  }
  throw new Error('The run does not end.');
}

const rate = fc.constantFrom(0.05, 0.3, 1, 2.5, 7, 20, 400);

test('in any period a run sends at most what its rate allows plus one page, however the rate changes', async () => {
  const requested = fc.array(fc.record({ after: fc.integer({ min: 0, max: 90 }), rate }), { maxLength: 6 });
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 150 }), rate, requested, async (...given) => {
    const { sendings, run } = await sendingsOf(...given);
    expect(run).toMatchObject({ status: 'finished', counts: { planned: given[0] } });
    for (const [from, start] of sendings.entries()) {
      let sent = 0;
      let allowed = 0;
      let { at: before } = start;
      for (const { at, count, rate: now } of sendings.slice(from)) {
        // Between two pages the rate may have had any value; the rate at the second page decides when it is due.
        allowed += (now * (at - before)) / 1_000;
        expect(sent, `sent from ${start.at} until ${at}`).toBeLessThanOrEqual(allowed + 1e-6);
        sent += count;
        before = at;
      }
    }
  });
  await holds(property, { runs: 60 });
});

test('a new rate applies to the next page, slower or faster', async () => {
  const slower = await sendingsOf(100, 5, [{ after: 3, rate: 1 }]);
  expect(
    slower.sendings.slice(0, 3).map(({ at, count }) => [at - (slower.sendings[0]?.at ?? 0), count]),
  ).toEqual([
    [0, 50],
    [50_000, 10],
    [60_000, 10],
  ]);
  const faster = await sendingsOf(100, 0.5, [{ after: 3, rate: 5 }]);
  expect(
    faster.sendings.slice(0, 3).map(({ at, count }) => [at - (faster.sendings[0]?.at ?? 0), count]),
  ).toEqual([
    [0, 5],
    [3_000, 50],
    [13_000, 45],
  ]);
});
