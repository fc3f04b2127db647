import type { Run } from './run.ts';
import { sendsMessages } from './run-options.ts';
import type { RunSettings } from './run-settings.ts';

/** Longest delay of a tick in seconds: SQS's own. */
export const LONGEST_WAIT = 900;

/** What a page holds under a rate, in seconds: short enough that the handler works evenly, long enough that ticks cost little. */
const PAGE_SECONDS = 10;

/**
 * Resources of a page. Under a rate so few that sending them at once stays close to that rate; what only looks is not slowed down.
 * In no time does a run send more than its rate allows for that time, and one page.
 */
export function pageLimit(
  { mode, options, cursor, ratePerSecond }: Pick<Run, 'mode' | 'options' | 'cursor' | 'ratePerSecond'>,
  { pageSize }: Pick<RunSettings, 'pageSize'>,
): number {
  const readOnlyChecks = mode === 'sweep' && cursor.stage === 'source';
  if (ratePerSecond === undefined || readOnlyChecks || !sendsMessages(mode, options)) return pageSize;
  return Math.max(1, Math.min(pageSize, Math.floor(ratePerSecond * PAGE_SECONDS)));
}

/** From when on the page in hand may be worked on, by the rate of now; milliseconds since the epoch. */
export function dueAt({
  cursor,
  lastSent,
  ratePerSecond,
}: Pick<Run, 'cursor' | 'lastSent' | 'ratePerSecond'>): number {
  const isPaced = ratePerSecond !== undefined && lastSent !== undefined;
  const paced = isPaced ? lastSent.at + (lastSent.count / ratePerSecond) * 1_000 : 0;
  return Math.max(cursor.notBefore ?? 0, paced);
}

/** Seconds until then, as the delay of a tick. A tick that comes back too early waits again. */
export function secondsUntil(time: number, now: number): number {
  return Math.min(Math.max(Math.ceil((time - now) / 1_000), 0), LONGEST_WAIT);
}

/** Seconds until `sent` more resources are due; none without a rate. */
export function pauseAfter(sent: number, ratePerSecond: number | undefined): number {
  if (ratePerSecond === undefined) return 0;
  return Math.min(Math.ceil(sent / ratePerSecond), LONGEST_WAIT);
}
