import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { countsText, endedEntries, statusText } from './render-run.ts';
import { count, durationText } from './values.ts';

const BAR_WIDTH = 24;

/** The progress of a run in one line: bar, exact counters, and the time left at the speed so far. */
export function progressLine(run: ShownRun, now: number): string {
  const { done, total } = progressOf(run);
  const counters = isComparing(run) ? run.classes : withoutPending(run.entries);
  const parts = [
    total === undefined ? undefined : `${bar(total === 0 ? 1 : done / total)} ${percent(done, total)}`,
    total === undefined ? doneSoFar(done) : `${count(done)} of ${count(total)}`,
    countsText(counters) === 'none' ? undefined : countsText(counters),
    run.status === 'running' && run.waitCode === undefined ? timeLeft(run, now) : statusText(run),
  ];
  return parts.filter(Boolean).join('  ');
}

/** The total is undefined until commercetools has counted the customers. */
function progressOf(run: ShownRun): { done: number; total: number | undefined } {
  if (isComparing(run)) return { done: run.listed, total: run.stage === 'done' ? run.listed : run.expected };
  const isListing = run.stage !== 'done' && run.expected !== undefined;
  const total = isListing ? Math.max(run.expected ?? 0, run.planned) : run.planned;
  return { done: endedEntries(run), total: run.stage === 'done' || isListing ? total : undefined };
}

/** A reconcile or sweep compares everything and queues little. When all is compared, its progress is that of the queued. */
function isComparing({ mode, stage, planned }: ShownRun): boolean {
  return (mode === 'reconcile' || mode === 'sweep') && (stage !== 'done' || planned === 0);
}

function withoutPending({ pending: _, ...ended }: ShownRun['entries']) {
  return ended;
}

function doneSoFar(done: number): string | undefined {
  return done === 0 ? undefined : count(done);
}

function bar(share: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
}

function percent(done: number, total: number): string {
  // Rounded down: 100 % only after the last one.
  return `${String(total === 0 ? 100 : Math.floor((done / total) * 100)).padStart(3)} %`;
}

function timeLeft(run: ShownRun, now: number): string | undefined {
  const { done, total } = progressOf(run);
  const seconds = (now - run.createdAt) / 1_000;
  if (total === undefined || done === 0 || seconds < 3 || done >= total) return undefined;
  const perSecond = done / seconds;
  const rounded = perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond));
  return `${rounded}/s, about ${durationText(((total - done) / perSecond) * 1_000)} left`;
}
