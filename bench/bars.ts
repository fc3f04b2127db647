import { fluentCalls } from './counts.ts';
import type { Bar, BenchReport, Scenario, ScenarioId } from './report.ts';

type Draft = Omit<Bar, 'isKept' | 'isClock'> & { readonly isClock?: boolean };

/** The bars for the parts that the report has. */
export function barsOf({ bundles, requests, throughput = [] }: Omit<BenchReport, 'bars'>): Bar[] {
  const drafts: Draft[] = [];
  for (const { name, bytes, importToFloor } of bundles?.bundles.filter(({ kind }) => kind === 'function') ??
    []) {
    if (name === 'customer')
      drafts.push({
        name: 'bundle of the customer handler',
        actual: bytes / 1_000,
        limit: 550,
        aim: 400,
        unit: 'kB',
      });
    drafts.push({
      name: `import of ${name}`,
      actual: importToFloor,
      limit: 1.5,
      aim: 1.25,
      unit: 'x floor',
      isClock: true,
    });
  }
  for (const scenario of requests?.scenarios ?? []) drafts.push(...barsOfScenario(scenario));
  if (requests) drafts.push(equal('all scenarios', requests.mismatches));
  for (const { title, mismatches, lost } of throughput) {
    drafts.push(equal(title, mismatches));
    drafts.push({ name: `${title}: lost`, actual: lost, limit: 0, unit: 'notifications' });
  }
  return drafts.map((draft) => ({
    isClock: false,
    ...draft,
    // Not `!(actual > limit)`: NaN must miss the bar.
    isKept: draft.actual <= draft.limit,
  }));
}

export function hasMissed(bars: readonly Bar[]): boolean {
  return bars.some(({ isKept, isClock }) => !isKept && !isClock);
}

const fluentLimits: Readonly<Partial<Record<ScenarioId, number>>> = {
  'first-sync-1': 2,
  'first-sync-10': 2,
  'update-1': 1,
  'update-10': 1,
};

function barsOfScenario({ id, title, perChange }: Scenario): Draft[] {
  const bar = (what: string, actual: number, limit: number): Draft => ({
    name: `${title}: ${what}`,
    actual,
    limit,
    unit: 'per change',
  });
  if (id.startsWith('duplicate')) {
    return [
      bar('DynamoDB write units', perChange.writeUnits, 0),
      bar('Fluent calls', fluentCalls(perChange), 0),
    ];
  }
  const fluentLimit = fluentLimits[id];
  return [
    bar('DynamoDB read units', perChange.readUnits, 1),
    bar('DynamoDB write units', perChange.writeUnits, 1),
    ...(fluentLimit === undefined ? [] : [bar('Fluent calls', fluentCalls(perChange), fluentLimit)]),
    ...(id.endsWith('-10') ? [bar('commercetools reads', perChange.commercetoolsReads, 0.25)] : []),
  ];
}

function equal(where: string, mismatches: number): Draft {
  return { name: `${where}: differences between both systems`, actual: mismatches, limit: 0, unit: 'fields' };
}
