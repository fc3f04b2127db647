import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { countsText, endedEntries, statusText } from './render-run.ts';
import { count, durationText } from './values.ts';

const WIDTH = 24;

/** Where a run stands, in one line: bar, exact counters, and how long it still takes at the speed so far. */
export function progressLine(run: ShownRun, now: number): string {
  const { done, total } = progressOf(run);
  const counters = isLooking(run) ? run.classes : withoutPending(run.entries);
  const parts = [
    total === undefined ? undefined : `${bar(total === 0 ? 1 : done / total)} ${percent(done, total)}`,
    total === undefined ? beginning(done) : `${count(done)} of ${count(total)}`,
    countsText(counters) === 'none' ? undefined : countsText(counters),
    run.status === 'running' && run.waitCode === undefined ? remaining(run, now) : statusText(run),
  ];
  return parts.filter(Boolean).join('  ');
}

/** What a run has done of what it has to do; the whole is unknown until the source was asked. */
export function progressOf(run: ShownRun): { done: number; total: number | undefined } {
  if (isLooking(run)) return { done: run.listed, total: run.stage === 'done' ? run.listed : run.expected };
  const isListing = run.stage !== 'done' && run.expected !== undefined;
  const total = isListing ? Math.max(run.expected ?? 0, run.planned) : run.planned;
  return { done: endedEntries(run), total: run.stage === 'done' || isListing ? total : undefined };
}

/** Reconcile and sweep look at everything and queue little; once all is seen, what they queued is what counts. */
function isLooking({ mode, stage, planned }: ShownRun): boolean {
  return (mode === 'reconcile' || mode === 'sweep') && (stage !== 'done' || planned === 0);
}

function withoutPending({ pending: _, ...ended }: ShownRun['entries']) {
  return ended;
}

/** Nothing is known yet: a bare 0 says no more than the status does. */
function beginning(done: number): string | undefined {
  return done === 0 ? undefined : count(done);
}

function bar(share: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]`;
}

function percent(done: number, total: number): string {
  // Never "100 %" before the last one.
  return `${String(total === 0 ? 100 : Math.floor((done / total) * 100)).padStart(3)} %`;
}

function remaining(run: ShownRun, now: number): string | undefined {
  const { done, total } = progressOf(run);
  const seconds = (now - run.createdAt) / 1_000;
  if (total === undefined || done === 0 || seconds < 3 || done >= total) return undefined;
  const perSecond = done / seconds;
  const rounded = perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond));
  return `${rounded}/s, about ${durationText(((total - done) / perSecond) * 1_000)} left`;
}
