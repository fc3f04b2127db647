import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../core/base/ports/clock.ts';
import type { Difference } from '../../core/runs/difference.ts';
import { entryOutcomes, type Run, type RunPage } from '../../core/runs/run.ts';
import type { PageOutcomes } from '../../core/runs/run-entries.ts';
import type { Item } from './table-query.ts';

/** How runs and what belongs to them stand in the table. What a condition asks for is an attribute, the rest is JSON. */

export const json = (value: unknown): AttributeValue => ({ S: JSON.stringify(value) });
export const number = (value: number): AttributeValue => ({ N: String(value) });

export interface DynamoDbRunOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly projectKey: string;
  readonly clock: Clock;
}

/** A year of history. */
const KEPT_SECONDS = 365 * 86_400;

/** When what is written now may go. */
export function keptUntil(now: number): AttributeValue {
  return number(Math.floor(now / 1_000) + KEPT_SECONDS);
}

export function runItem(run: Run): Item {
  const { startedBy, options, window } = run;
  return {
    handler: { S: run.handler },
    mode: { S: run.mode },
    st: { S: run.status },
    asked: json({ startedBy, options, window }),
    page: number(run.cursor.page),
    stage: { S: run.cursor.stage },
    cursor: json(run.cursor),
    counts: json(run.counts),
    createdAt: number(run.createdAt),
    updatedAt: number(run.updatedAt),
    ...(run.reason !== undefined && { reason: { S: run.reason } }),
    ...(run.statusReason !== undefined && { why: { S: run.statusReason } }),
    ...(run.ratePerSecond !== undefined && { rate: number(run.ratePerSecond) }),
    ...(run.expected !== undefined && { expected: number(run.expected) }),
  };
}

/** Written by this code alone, so it is read without a schema. */
export function toRun(item: Item): Run {
  const counted = (name: string, as: string) =>
    item[name]?.N === undefined ? {} : { [as]: Number(item[name].N) };
  return {
    id: textOf(item['sk']),
    handler: textOf(item['handler']),
    mode: textOf(item['mode']) as Run['mode'],
    status: textOf(item['st']) as Run['status'],
    ...parsed<Pick<Run, 'startedBy' | 'options' | 'window'>>(item['asked']),
    cursor: parsed<Run['cursor']>(item['cursor']),
    counts: parsed<Run['counts']>(item['counts']),
    hooksTaken: [...(item['hooks']?.SS ?? [])].sort(),
    createdAt: Number(item['createdAt']?.N),
    updatedAt: Number(item['updatedAt']?.N),
    ...(item['reason']?.S !== undefined && { reason: item['reason'].S }),
    ...(item['why']?.S !== undefined && { statusReason: item['why'].S }),
    ...(item['waitCode']?.S !== undefined && { waitCode: item['waitCode'].S }),
    ...(item['wasSlowed']?.BOOL === true && { wasSlowed: true as const }),
    ...(item['lastSent'] && { lastSent: parsed<NonNullable<Run['lastSent']>>(item['lastSent']) }),
    ...counted('rate', 'ratePerSecond'),
    ...counted('expected', 'expected'),
    ...counted('waits', 'waits'),
    ...counted('sentAt', 'sentAt'),
    ...counted('endedAt', 'endedAt'),
  };
}

export function planItem({ entries, differences, progress }: RunPage): Item {
  return { plan: json({ entries, differences, progress }) };
}

export function toPage(runId: string, page: number, item: Item): RunPage {
  return { runId, page, ...parsed<Omit<RunPage, 'runId' | 'page'>>(item['plan']) };
}

/** Number of entries that the page has, and their ends. */
export function toEnds(item: Item): { page: number; planned: number; ends: PageOutcomes } {
  const ends = entryOutcomes.flatMap((outcome) => {
    const numbers = item[outcome]?.NS;
    return numbers ? [[outcome, new Set(numbers.map(Number))]] : [];
  });
  return {
    page: Number(textOf(item['sk']).split('#')[1]),
    planned: Number(item['planned']?.N ?? 0),
    ends: Object.fromEntries(ends),
  };
}

export function differenceItem(difference: Difference): Item {
  return { difference: json(difference) };
}

export function toDifference(item: Item): Difference {
  return parsed<Difference>(item['difference']);
}

function textOf(value: AttributeValue | undefined): string {
  return value?.S ?? '';
}

function parsed<T>(value: AttributeValue | undefined): T {
  return JSON.parse(value?.S ?? 'null') as T;
}
