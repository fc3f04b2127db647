import type { Watermark, WatermarkKind } from '../base/live-settings.ts';
import type { Run, RunMode, RunOptions } from './run.ts';
import { RunRefused } from './run-refused.ts';
import type { RunSettings } from './run-settings.ts';

export type Window = NonNullable<Run['window']>;

/** The mode that a run really has, and its window; absent = everything. */
export interface Scope {
  readonly mode: RunMode;
  readonly reason?: 'first';
  readonly window?: Window;
}

/** The watermark at which the run begins; `undefined` if it has its own window or lists everything. */
export function watermarkOf(mode: RunMode, { compare, from, to }: RunOptions): WatermarkKind | undefined {
  if (mode === 'incremental') return 'incremental';
  const isPlain = from === undefined && to === undefined && compare !== 'oms';
  return mode === 'reconcile' && isPlain ? 'reconcile' : undefined;
}

/**
 * Fixes the window for the whole run: a customer that changes during the run leaves the window and belongs to the next run. The
 * first incremental run of a handler is full. Throws RunRefused.
 *
 * @param watermark of the kind that `watermarkOf` names
 * @param now milliseconds since the epoch
 */
export function scopeOf(
  { mode, options }: { readonly mode: RunMode; readonly options: RunOptions },
  watermark: Watermark | undefined,
  { now, settings }: { readonly now: number; readonly settings: Pick<RunSettings, 'overlapSeconds'> },
): Scope {
  const from = readTime('from', options.from);
  const to = readTime('to', options.to);
  refuseFuture(from, to, now);
  if (mode === 'incremental' && !watermark) return { mode: 'full', reason: 'first' };
  if (from !== undefined || to !== undefined) {
    return { mode, window: { ...(from !== undefined && { from }), to: to ?? now } };
  }
  if (!watermark || watermarkOf(mode, options) === undefined) return { mode };
  const start = watermark.until - settings.overlapSeconds * 1_000;
  if (start < now) return { mode, window: { from: start, to: now } };
  throw new RunRefused(
    'WINDOW_EMPTY',
    `The watermark of this run is in the future (${new Date(watermark.until).toISOString()}). Start a full run: it sets a new one.`,
  );
}

function readTime(name: 'from' | 'to', text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new RunRefused('OPTION_UNFIT', `"${name}" is not a valid time. Write it as 2026-11-20T13:00:00Z.`);
}

function refuseFuture(from: number | undefined, to: number | undefined, now: number): void {
  const present = `The time is ${new Date(now).toISOString()}.`;
  if (from !== undefined && from >= now) {
    throw new RunRefused(
      'WINDOW_IN_FUTURE',
      `"from" is in the future, so nothing can have changed since. ${present}`,
    );
  }
  if (to !== undefined && to > now) {
    throw new RunRefused(
      'WINDOW_IN_FUTURE',
      `"to" is in the future, so these changes cannot be listed yet. Leave it out to end now. ${present}`,
    );
  }
  if (from !== undefined && to !== undefined && from >= to) {
    throw new RunRefused('WINDOW_EMPTY', 'The window is empty because "from" is not before "to". Swap them.');
  }
}

/** The watermarks that a successful run may move, and the period that it covered. Only a run that left nothing behind counts. */
export function watermarksMoved(run: Run): { until: number; from?: number; kinds: readonly WatermarkKind[] } {
  const { from, to } = run.window ?? {};
  const reach = { until: to ?? run.createdAt, ...(from !== undefined && { from }) };
  return { ...reach, kinds: kindsMoved(run) };
}

function kindsMoved({ mode, window, options, counts: { classes } }: Run): readonly WatermarkKind[] {
  if (mode === 'full') return window === undefined ? ['incremental', 'reconcile'] : [];
  if (mode === 'incremental') return ['incremental'];
  if (mode !== 'reconcile') return [];
  const unrepaired = (['source-ahead', 'missing'] as const).filter((one) => !options.repair?.includes(one));
  return unrepaired.every((one) => (classes[one] ?? 0) === 0) ? ['reconcile'] : [];
}

/** The new watermark; `undefined` if it stays. It must not skip a period, and moves back only if it was in the future. */
export function movedWatermark(
  present: Watermark | undefined,
  { until, from }: { readonly until: number; readonly from?: number },
  { runId, at }: Pick<Watermark, 'runId' | 'at'>,
): Watermark | undefined {
  const next = { until, runId, at };
  if (!present) return from === undefined ? next : undefined;
  if (present.until > at) return from === undefined ? next : undefined;
  const leavesGap = from !== undefined && from > present.until;
  return leavesGap || until <= present.until ? undefined : next;
}
