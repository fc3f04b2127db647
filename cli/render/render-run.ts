import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { hasEnded } from '../../lambdas/core/runs/run.ts';
import { meaningOfRunCode } from '../../lambdas/core/runs/run-codes.ts';
import { count, counted, durationText, minuteText, timeAgo, timeText } from './values.ts';
import { facts, table, type View } from './view.ts';

type RunState = Pick<ShownRun, 'status' | 'reason' | 'waitCode'>;

export function runView(run: ShownRun, now: number): View {
  const { window: range, options } = run;
  return [
    `${run.mode} run ${run.id}: ${statusText(run)}`,
    facts([
      ['handler', run.handler],
      ['started', `${timeAgo(run.createdAt, now)} by ${run.startedBy}`],
      ['ended', timeAgo(run.endedAt, now)],
      ['took', durationText((run.endedAt ?? now) - run.createdAt)],
      ['modified', range && windowText(range)],
      ['options', optionsText(options)],
      ['rate', run.ratePerSecond === undefined ? undefined : `${run.ratePerSecond} per second`],
      ['position', hasEnded(run.status) ? undefined : `page ${run.page}, ${run.stage}`],
      ['waits for', run.waitsFor?.join(', ')],
      ['reason', reasonText(run)],
      ['listed', run.expected === undefined ? run.listed : `${count(run.listed)} of ${count(run.expected)}`],
      ['found', foundText(run)],
      ['planned', run.planned],
      ['outcomes', countsText(run.entries)],
      ['note', noteText(run)],
    ]),
  ];
}

function foundText(run: ShownRun): string | undefined {
  const absent = notAtSource(run);
  if (absent > 0) return `${count(absent)} not in commercetools, see "connector run report ${run.id}"`;
  return Object.keys(run.classes).length === 0 ? undefined : countsText(run.classes);
}

/** How many of the named customers do not exist in commercetools. */
export function notAtSource({ mode, classes }: Pick<ShownRun, 'mode' | 'classes'>): number {
  return mode === 'ids' ? (classes.failed ?? 0) : 0;
}

/** The note of a run or an estimate, with its command as a person types it. */
export function noteText({ note }: { readonly note?: string | undefined }): string | undefined {
  return note?.replaceAll('`process`', '"connector process"');
}

export function failedEntriesView(failed: readonly { readonly id: string; readonly entry: string }[]): View {
  if (failed.length === 0) return 'No customer failed.';
  return [
    `${counted(failed.length, 'customer')} failed. "connector explain ID" shows why.`,
    table(
      ['customer', 'page/entry'],
      failed.map(({ id, entry }) => [id, entry]),
    ),
  ];
}

/** One line for `status`. */
export function lastRunText(run: ShownRun, now: number): string {
  const outcomes = countsText(run.entries);
  const absent = notAtSource(run);
  const found = absent > 0 ? `${count(absent)} not in commercetools` : countsText(run.classes);
  const counts = outcomes === 'none' && found !== 'none' ? found : outcomes;
  if (run.endedAt === undefined)
    return `${statusText(run)}, started ${timeAgo(run.createdAt, now)}: ${counts}`;
  const took = durationText(run.endedAt - run.createdAt);
  return `${statusText(run)} ${timeAgo(run.endedAt, now)}, took ${took}: ${counts}`;
}

/** For example `running`, `failed (HOOK_FAILED)` or `preparing, waiting (COMMERCETOOLS_503)`. */
export function statusText({ status, reason, waitCode }: RunState): string {
  const shown = reason === undefined ? status : `${status} (${reason})`;
  return waitCode === undefined ? shown : `${shown}, waiting (${waitCode})`;
}

/** The code of a failed or waiting run, and what it means. */
export function reasonText({ status, reason, waitCode }: RunState): string | undefined {
  const code = waitCode ?? (status === 'failed' ? reason : undefined);
  const meaning = code === undefined ? undefined : meaningOfRunCode(code)?.replaceAll('`', '"');
  return meaning === undefined ? code : `${code}: ${meaning}`;
}

export function windowText({ from, to }: NonNullable<ShownRun['window']>): string {
  const start = from === undefined ? 'the beginning' : timeText(from);
  return `from ${start} to ${to === undefined ? 'now' : timeText(to)}`;
}

function optionsText(options: ShownRun['options']): string {
  return Object.entries(options)
    .filter(([name]) => name !== 'from' && name !== 'to')
    .map(([name, value]) => {
      if (name === 'ids' && Array.isArray(value)) return `${value.length} ids`;
      return value === true ? name : `${name} ${Array.isArray(value) ? value.join(' + ') : String(value)}`;
    })
    .join(', ');
}

/** `12 synced, 1 failed`: the counters above zero. `superseded` is shown as operators know it. */
export function countsText(counts: Readonly<Record<string, number | undefined>>): string {
  const known = Object.entries(counts).filter(([, number]) => (number ?? 0) > 0);
  return (
    known
      .map(([name, number]) => `${count(number ?? 0)} ${name === 'superseded' ? 'up to date' : name}`)
      .join(', ') || 'none'
  );
}

export function runListView(runs: readonly ShownRun[]): View {
  if (runs.length === 0) return 'No runs yet.';
  return table(
    ['run', 'mode', 'when', 'listed', 'status'],
    runs.map((run) => [run.id, run.mode, whenText(run), run.listed, resultText(run)]),
  );
}

/** `finished, 3 failed`. */
function resultText(run: ShownRun): string {
  const { failed } = run.entries;
  return failed === 0 ? statusText(run) : `${statusText(run)}, ${count(failed)} failed`;
}

/** `11-21 20:59-21:13`: start and end, with the day of the end if it is another; no end while the run is active. */
function whenText({ createdAt, endedAt }: ShownRun): string {
  const start = minuteText(createdAt).slice(5);
  if (endedAt === undefined) return `${start}-`;
  const end = minuteText(endedAt).slice(5);
  return `${start}-${start.slice(0, 5) === end.slice(0, 5) ? end.slice(6) : end}`;
}

/** Entries with an outcome. */
export function endedEntries({ entries: { pending: _, ...ended } }: ShownRun): number {
  return Object.values(ended).reduce((total, number) => total + number, 0);
}
