import { describe, expect, it } from 'vitest';
import { billedRequests, costPerMillion } from '../../../bench/cost.ts';
import { type CountName, type Counts, difference, perChange, toCounts } from '../../../bench/counts.ts';
import { quantile } from '../../../bench/quantile.ts';

const counts = (some: Partial<Record<CountName, number>>): Counts => toCounts((name) => some[name] ?? 0);

describe('the cost of a million changes', () => {
  it('is the price list times the counts of one change', () => {
    const alone = counts({
      partnerEvents: 1,
      internalEvents: 1,
      standardSends: 2,
      standardReceives: 2,
      standardDeletes: 2,
      fifoSends: 1,
      fifoReceives: 1,
      fifoDeletes: 1,
      readUnits: 1,
      writeUnits: 1,
      invocations: 3,
    });
    const cost = costPerMillion(alone, 1);
    expect(cost.buses).toBeCloseTo(2);
    expect(cost.queues).toBeCloseTo(6 * 0.4 + 3 * 0.5);
    expect(cost.table).toBeCloseTo(0.125 + 0.625);
    expect(cost.lambdaRequests).toBeCloseTo(0.6);
    expect(cost.counted).toBeCloseTo(7.25);
  });

  it('is divided among the changes of a batch', () => {
    expect(costPerMillion(counts({ fifoReceives: 8 }), 80).queues).toBeCloseTo(0.05);
  });

  it('excludes Lambda time, which is measured, from the counted cost', () => {
    const { counted, lambdaDuration } = costPerMillion(counts({ gbSeconds: 0.5 }), 1);
    expect(counted).toBe(0);
    expect(lambdaDuration).toBeCloseTo(6.6667);
  });

  it('excludes polling that finds nothing, calls to both systems, tokens and secrets', () => {
    const free = { emptyReceives: 9, commercetoolsReads: 9, fluentUpdates: 9, tokens: 9, secretReads: 9 };
    expect(costPerMillion(counts(free), 1).counted).toBe(0);
  });

  it.each([
    [0, 1],
    [1, 1],
    [65_536, 1],
    [65_537, 2],
    [262_144, 4],
  ])('bills a queue call of %i bytes as %i requests', (bytes, requests) => {
    expect(billedRequests(bytes)).toBe(requests);
  });
});

describe('counts', () => {
  it('of a scenario are the difference between its end and its start', () => {
    const added = difference(counts({ readUnits: 7, tokens: 3 }), counts({ readUnits: 5, tokens: 3 }));
    expect(added).toEqual(counts({ readUnits: 2 }));
  });

  it('per change have four decimals', () => {
    expect(perChange(counts({ readUnits: 1 }), 3).readUnits).toBe(0.3333);
  });
});

describe('the median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[5], 5],
  ])('of %j is %d', (values, median) => {
    expect(quantile(values, 0.5)).toBe(median);
  });

  it('of no values is NaN, not zero', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});
