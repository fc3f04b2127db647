import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { hasEnded } from '../../lambdas/core/runs/run.ts';
import { meaningOfRunCode } from '../../lambdas/core/runs/run-codes.ts';
import { factList, textTable } from './text-table.ts';
import { count, counted, durationText, minuteText, timeAgo, timeText } from './values.ts';

const entryNames = [
  'synced',
  'deleted',
  'unchanged',
  'superseded',
  'skipped',
  'absent',
  'failed',
  'pending',
] as const;

export function runText(run: ShownRun, now: number): string {
  const { window: range, options } = run;
  return [
    `${run.mode} run ${run.id}: ${statusText(run)}`,
    factList([
      ['handler', run.handler],
      ['started', `${timeAgo(run.createdAt, now)} by ${run.startedBy}`],
      ['ended', timeAgo(run.endedAt, now)],
      ['took', durationText((run.endedAt ?? now) - run.createdAt)],
      ['modified', range && windowText(range)],
      ['options', optionsText(options)],
      ['rate', run.ratePerSecond === undefined ? undefined : `${run.ratePerSecond} a second`],
      ['where', hasEnded(run.status) ? undefined : `page ${run.page}, ${run.stage}`],
      ['waits for', run.waitsFor?.join(', ')],
      ['because', becauseText(run)],
      ['listed', run.expected === undefined ? run.listed : `${count(run.listed)} of ${count(run.expected)}`],
      ['found', foundText(run)],
      ['planned', run.planned],
      ['ends', countsText(run.entries)],
      ['note', noteText(run)],
    ]),
  ].join('\n');
}

function foundText(run: ShownRun): string | undefined {
  const absent = notAtSource(run);
  if (absent > 0) return `${count(absent)} not in commercetools, see "connector run report ${run.id}"`;
  return Object.keys(run.classes).length === 0 ? undefined : countsText(run.classes);
}

/** Of named customers, how many there are not. */
export function notAtSource({ mode, classes }: Pick<ShownRun, 'mode' | 'classes'>): number {
  return mode === 'ids' ? (classes.failed ?? 0) : 0;
}

/** The note of a run or of a plan, as a person types it. */
export function noteText({ note }: { readonly note?: string | undefined }): string | undefined {
  return note?.replaceAll('`process`', '"connector process"');
}

/** Who of a run failed; `explain` tells why. */
export function failedEntriesText(
  failed: readonly { readonly id: string; readonly entry: string }[],
): string {
  if (failed.length === 0) return 'Nobody of it failed.';
  const rows = failed.map(({ id, entry }) => [id, entry]);
  return `${counted(failed.length, 'customer')} failed; "connector explain ID" tells why.\n${textTable(['customer', 'page/entry'], rows)}`;
}

/** In one line, for `status`: a run that goes on has begun and has not ended. */
export function lastRunText(run: ShownRun, now: number): string {
  const ends = countsText(run.entries);
  const absent = notAtSource(run);
  const found = absent > 0 ? `${count(absent)} not in commercetools` : countsText(run.classes);
  const counts = ends === 'none' && found !== 'none' ? found : ends;
  if (run.endedAt === undefined) return `${statusText(run)}, began ${timeAgo(run.createdAt, now)}: ${counts}`;
  const took = durationText(run.endedAt - run.createdAt);
  return `${statusText(run)} ${timeAgo(run.endedAt, now)}, took ${took}: ${counts}`;
}

/** `running`, `failed (HOOK_FAILED)`, or `preparing, waits (COMMERCETOOLS_503)`. */
export function statusText({
  status,
  reason,
  waitCode,
}: Pick<ShownRun, 'status' | 'reason' | 'waitCode'>): string {
  const shown = reason === undefined ? status : `${status} (${reason})`;
  return waitCode === undefined ? shown : `${shown}, waits (${waitCode})`;
}

/** What the code of a failed or a waiting run means. */
export function becauseText({
  status,
  reason,
  waitCode,
}: Pick<ShownRun, 'status' | 'reason' | 'waitCode'>): string | undefined {
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

/** `12 synced, 1 failed`: what is not zero. */
export function countsText(counts: Readonly<Record<string, number | undefined>>): string {
  const known = Object.entries(counts).filter(([, number]) => (number ?? 0) > 0);
  return known.map(([name, number]) => `${count(number ?? 0)} ${name}`).join(', ') || 'none';
}

/** `run show` tells the rest. */
export function runListText(runs: readonly ShownRun[]): string {
  if (runs.length === 0) return 'There was no run yet.';
  return textTable(
    ['run', 'mode', 'when', 'listed', 'status'],
    runs.map((run) => [run.id, run.mode, whenText(run), run.listed, endText(run)]),
  );
}

/** `finished, 3 failed`. */
function endText(run: ShownRun): string {
  const { failed } = run.entries;
  return failed === 0 ? statusText(run) : `${statusText(run)}, ${count(failed)} failed`;
}

/** `11-21 20:59-21:13`: from when to when; the day of the end if it is another, nothing while it goes on. */
function whenText({ createdAt, endedAt }: ShownRun): string {
  const start = minuteText(createdAt).slice(5);
  if (endedAt === undefined) return `${start}-`;
  const end = minuteText(endedAt).slice(5);
  return `${start}-${start.slice(0, 5) === end.slice(0, 5) ? end.slice(6) : end}`;
}

/** Entries that have ended, however. */
export function endedEntries(run: ShownRun): number {
  return entryNames.filter((name) => name !== 'pending').reduce((sum, name) => sum + run.entries[name], 0);
}
