import type { Watermark, WatermarkKind } from '../base/live-settings.ts';
import type { Run, RunMode, RunOptions } from './run.ts';
import { RunRefused } from './run-refused.ts';
import type { RunSettings } from './run-settings.ts';

export type Window = NonNullable<Run['window']>;

/** What a run goes over: the mode it really has, and its window; absent = everything. */
export interface Scope {
  readonly mode: RunMode;
  readonly reason?: 'first';
  readonly window?: Window;
}

/** Which watermark a run without a window of its own begins at. */
export function watermarkOf(mode: RunMode, { compare, from, to }: RunOptions): WatermarkKind | undefined {
  if (mode === 'incremental') return 'incremental';
  const isPlain = from === undefined && to === undefined && compare !== 'oms';
  return mode === 'reconcile' && isPlain ? 'reconcile' : undefined;
}

/**
 * The window is fixed here for the whole pass: a change that happens meanwhile leaves it and belongs to the next one. The first
 * run of a handler is always full. Throws RunRefused.
 *
 * @param watermark of the kind that `watermarkOf` names
 * @param now milliseconds since the epoch
 */
export function scopeOf(
  { mode, options }: { readonly mode: RunMode; readonly options: RunOptions },
  watermark: Watermark | undefined,
  { now, settings }: { readonly now: number; readonly settings: Pick<RunSettings, 'overlapSeconds'> },
): Scope {
  const from = readMoment('from', options.from);
  const to = readMoment('to', options.to);
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
    `The watermark of this run lies in the future (${new Date(watermark.until).toISOString()}). Start a full run: it sets a new one.`,
  );
}

function readMoment(name: 'from' | 'to', text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new RunRefused('OPTION_UNFIT', `"${name}" is no moment. Write it as 2026-11-20T13:00:00Z.`);
}

function refuseFuture(from: number | undefined, to: number | undefined, now: number): void {
  const present = `It is ${new Date(now).toISOString()} now.`;
  if (from !== undefined && from >= now) {
    throw new RunRefused(
      'WINDOW_IN_FUTURE',
      `"from" lies in the future: nothing has changed since. ${present}`,
    );
  }
  if (to !== undefined && to > now) {
    throw new RunRefused(
      'WINDOW_IN_FUTURE',
      `"to" lies in the future: what happens until then cannot be listed yet. Leave it out to go up to now. ${present}`,
    );
  }
  if (from !== undefined && to !== undefined && from >= to) {
    throw new RunRefused('WINDOW_EMPTY', '"from" is not before "to": the window holds nothing. Swap them.');
  }
}

/**
 * Up to where a run that succeeded has seen the source, and in which watermarks that counts: only what was brought to the OMS, or
 * needed no bringing, is seen; and only a window that reaches back to the old watermark leaves no gap.
 */
export function watermarksMoved(run: Run): { until: number; from?: number; kinds: readonly WatermarkKind[] } {
  const { from, to } = run.window ?? {};
  const reach = { until: to ?? run.createdAt, ...(from !== undefined && { from }) };
  return { ...reach, kinds: kindsMoved(run) };
}

function kindsMoved({ mode, window, options, counts: { classes } }: Run): readonly WatermarkKind[] {
  if (mode === 'full') return window === undefined ? ['incremental', 'reconcile'] : [];
  if (mode === 'incremental') return ['incremental'];
  if (mode !== 'reconcile') return [];
  const left = (['source-ahead', 'missing'] as const).filter((one) => !options.repair?.includes(one));
  return left.every((one) => (classes[one] ?? 0) === 0) ? ['reconcile'] : [];
}

/** The watermark after such a run; `undefined` if it stays. Never goes back, except from the future. */
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
