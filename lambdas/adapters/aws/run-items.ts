import type { Clock } from '../../core/base/ports/clock.ts';
import type { Difference } from '../../core/runs/difference.ts';
import { entryOutcomes, type Run, type RunPage } from '../../core/runs/run.ts';
import type { PageOutcomes } from '../../core/runs/run-entries.ts';
import {
  type Columns,
  flagColumn,
  jsonColumn,
  numberColumn,
  readColumns,
  textColumn,
  writeColumns,
} from './columns.ts';
import { type Item, json, numberOf, type Table, textOf } from './table.ts';

/** How runs and their pages are stored. What a condition needs is a column of its own, the rest is JSON. */

export interface DynamoDbRunOptions extends Table {
  readonly projectKey: string;
  readonly clock: Clock;
}

/** Runs and their pages are kept for a year after their last write. */
const KEPT_SECONDS = 365 * 86_400;

/** Seconds since the epoch at which an item that is written now expires. `now` is in milliseconds. */
export function expiryOf(now: number): number {
  return Math.floor(now / 1_000) + KEPT_SECONDS;
}

type Request = Pick<Run, 'startedBy' | 'options' | 'window'>;

/** A run as it is stored: what was requested as one column, and the parts of the cursor that conditions need. */
export interface StoredRun extends Omit<Run, 'id' | keyof Request> {
  readonly request: Request;
  readonly page: number;
  readonly stage: Run['cursor']['stage'];
  /** Names the last write, so that a writer whose first answer was lost recognises it. */
  readonly writer?: string;
  /** Seconds since the epoch. */
  readonly expiresAt?: number;
}

export const runColumns: Columns<StoredRun> = {
  handler: textColumn('handler'),
  mode: textColumn('mode'),
  status: textColumn('st'),
  request: jsonColumn('asked'),
  page: numberColumn('page'),
  stage: textColumn('stage'),
  cursor: jsonColumn('cursor'),
  counts: jsonColumn('counts'),
  hooksTaken: {
    name: 'hooks',
    write: (hooks) => ({ SS: [...hooks] }),
    read: ({ SS }) => SS?.toSorted(),
  },
  createdAt: numberColumn('createdAt'),
  updatedAt: numberColumn('updatedAt'),
  reason: textColumn('reason'),
  statusReason: textColumn('why'),
  ratePerSecond: numberColumn('rate'),
  wasSlowed: flagColumn('wasSlowed'),
  lastSent: jsonColumn('lastSent'),
  expected: numberColumn('expected'),
  endedAt: numberColumn('endedAt'),
  sentAt: numberColumn('sentAt'),
  waits: numberColumn('waits'),
  waitCode: textColumn('waitCode'),
  writer: textColumn('writer'),
  expiresAt: numberColumn('ttl'),
};

export function runItem({ id: _id, startedBy, options, window, hooksTaken: _hooks, ...run }: Run): Item {
  const { page, stage } = run.cursor;
  return writeColumns(runColumns, {
    ...run,
    request: { startedBy, options, ...(window && { window }) },
    page,
    stage,
  });
}

/** Runs are written by this code alone, so they are read without a schema. */
export function toRun(item: Item): Run {
  const stored = { hooksTaken: [], ...readColumns(runColumns, item) };
  const { request, page: _page, stage: _stage, writer: _writer, expiresAt: _expiresAt, ...run } = stored;
  return { id: textOf(item, 'sk'), ...request, ...run } as Run;
}

export function planItem({ entries, differences, progress }: RunPage): Item {
  return { plan: json({ entries, differences, progress }) };
}

export function toPage(runId: string, page: number, item: Item): RunPage {
  return { runId, page, ...(JSON.parse(textOf(item, 'plan')) as Omit<RunPage, 'runId' | 'page'>) };
}

/** Number of entries that the page has, and their outcomes. */
export function toEnds(item: Item): { page: number; planned: number; ends: PageOutcomes } {
  const ends = entryOutcomes.flatMap((outcome) => {
    const numbers = item[outcome]?.NS;
    return numbers ? [[outcome, new Set(numbers.map(Number))]] : [];
  });
  return {
    page: Number(textOf(item, 'sk').split('#')[1]),
    planned: numberOf(item, 'planned'),
    ends: Object.fromEntries(ends),
  };
}

export function differenceItem(difference: Difference): Item {
  return { difference: json(difference) };
}

export function toDifference(item: Item): Difference {
  return JSON.parse(textOf(item, 'difference')) as Difference;
}
