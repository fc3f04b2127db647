import { describe, expect, it } from 'vitest';
import { barsOf, hasMissed } from '../../../bench/bars.ts';
import { costPerMillion } from '../../../bench/cost.ts';
import { type CountName, toCounts } from '../../../bench/counts.ts';
import type {
  Bar,
  BenchReport,
  BundleMeasure,
  Scenario,
  ScenarioId,
  ThroughputRun,
} from '../../../bench/report.ts';

type Parts = Partial<Pick<BenchReport, 'bundles' | 'requests' | 'throughput'>>;

const report = (parts: Parts) => ({
  at: '2026-11-21T00:00:00.000Z',
  commit: 'abc',
  machine: { node: 'v24', cores: 2, memoryGb: 8, loadBefore: 0, loadAfter: 0 },
  ...parts,
});
const missedBy = (parts: Parts) => barsOf(report(parts)).filter(({ isKept }) => !isKept);
const namesOf = (bars: readonly Bar[]) => bars.map(({ name }) => name);

function bundlesWith(customer: Partial<BundleMeasure>): Parts {
  const measure: BundleMeasure = {
    name: 'customer',
    kind: 'function',
    bytes: 400_000,
    importMs: 90,
    importMsQuartiles: [80, 100],
    importToFloor: 1.1,
  };
  const floor: BundleMeasure = { ...measure, name: 'floor', kind: 'floor', bytes: 900_000, importToFloor: 9 };
  return { bundles: { samples: 21, bundles: [floor, { ...measure, ...customer }] } };
}

function scenario(id: ScenarioId, some: Partial<Record<CountName, number>>): Parts {
  const counts = toCounts((name) => some[name] ?? 0);
  const one: Scenario = {
    id,
    title: id,
    changes: 1,
    messagesPerInvocation: {},
    counts,
    perChange: counts,
    dollarsPerMillion: costPerMillion(counts, 1),
  };
  return { requests: { scenarios: [one], idleReceivesPerMinute: 0, mismatches: 0 } };
}

const good: Partial<Record<CountName, number>> = { readUnits: 1, writeUnits: 1, commercetoolsReads: 0.1 };

describe('the bars', () => {
  it('are kept by figures that equal the limit', () => {
    const onTheBar = [
      bundlesWith({ bytes: 550_000, importToFloor: 1.5 }),
      scenario('update-10', { ...good, commercetoolsReads: 0.25, fluentUpdates: 1 }),
      scenario('first-sync-1', { ...good, commercetoolsReads: 1, fluentLookups: 1, fluentCreates: 1 }),
      scenario('duplicate-10', { readUnits: 1 }),
    ];
    for (const parts of onTheBar) expect(missedBy(parts)).toEqual([]);
  });

  const misses: [string, Parts, string][] = [
    ['a larger bundle', bundlesWith({ bytes: 550_001 }), 'bundle of the customer handler'],
    ['a slower import', bundlesWith({ importToFloor: 1.51 }), 'import of customer'],
    ['an import that was not measured', bundlesWith({ importToFloor: Number.NaN }), 'import of customer'],
    ['a second read', scenario('update-1', { ...good, readUnits: 2 }), 'update-1: DynamoDB read units'],
    ['a second write', scenario('bursts', { ...good, writeUnits: 1.1 }), 'bursts: DynamoDB write units'],
    [
      'a lookup before an update',
      scenario('update-1', { ...good, fluentLookups: 1, fluentUpdates: 1 }),
      'update-1: Fluent calls',
    ],
    [
      'a third call at a first sync',
      scenario('first-sync-10', { ...good, fluentLookups: 2, fluentCreates: 1 }),
      'first-sync-10: Fluent calls',
    ],
    [
      'a read per customer of a full batch',
      scenario('update-10', { ...good, commercetoolsReads: 1 }),
      'update-10: commercetools reads',
    ],
    [
      'a write for a duplicate',
      scenario('duplicate-1', { writeUnits: 0.1 }),
      'duplicate-1: DynamoDB write units',
    ],
    [
      'a call for a duplicate',
      scenario('duplicate-10', { fluentUpdates: 0.1 }),
      'duplicate-10: Fluent calls',
    ],
  ];
  it.each(misses)('are missed by %s', (_, parts, name) => {
    expect(namesOf(missedBy(parts))).toEqual([name]);
  });

  it('are missed by a customer that differs and by a lost notification', () => {
    const run = { title: '1,000 changes', mismatches: 1, lost: 2 } as ThroughputRun;
    expect(namesOf(missedBy({ throughput: [run] }))).toEqual([
      '1,000 changes: differences between both systems',
      '1,000 changes: lost',
    ]);
  });

  it('fail the run, unless the missed bar is a time', () => {
    expect(hasMissed(missedBy(bundlesWith({ bytes: 550_001 })))).toBe(true);
    expect(hasMissed(missedBy(bundlesWith({ importToFloor: 9 })))).toBe(false);
  });

  it('exist only for the parts that were measured', () => {
    expect(barsOf(report({}))).toEqual([]);
  });
});
