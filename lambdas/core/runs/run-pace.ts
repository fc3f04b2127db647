import type { Run } from './run.ts';
import { sendsMessages } from './run-options.ts';
import type { RunSettings } from './run-settings.ts';

/** Longest delay of an SQS message, in seconds. */
const MAX_DELAY = 900;

/** Seconds of work per page under a rate: short enough for an even load, long enough to keep steps cheap. */
const PAGE_SECONDS = 10;

/**
 * Largest number of resources on the next page. A rate limits it so that in any period the run sends at most what the rate allows
 * plus one page. A page that sends nothing is not limited.
 */
export function pageLimit(
  { mode, options, cursor, ratePerSecond }: Pick<Run, 'mode' | 'options' | 'cursor' | 'ratePerSecond'>,
  { pageSize }: Pick<RunSettings, 'pageSize'>,
): number {
  const isFirstCheck = mode === 'sweep' && cursor.stage === 'source';
  if (ratePerSecond === undefined || isFirstCheck || !sendsMessages(mode, options)) return pageSize;
  return Math.max(1, Math.min(pageSize, Math.floor(ratePerSecond * PAGE_SECONDS)));
}

/** When the page in hand is due under the current rate; milliseconds since the epoch. */
export function dueAt({
  cursor,
  lastSent,
  ratePerSecond,
}: Pick<Run, 'cursor' | 'lastSent' | 'ratePerSecond'>): number {
  const isPaced = ratePerSecond !== undefined && lastSent !== undefined;
  const paced = isPaced ? lastSent.at + (lastSent.count / ratePerSecond) * 1_000 : 0;
  return Math.max(cursor.notBefore ?? 0, paced);
}

/** Seconds until `time`, at most the longest SQS delay; a message that arrives too early waits again. */
export function secondsUntil(time: number, now: number): number {
  return Math.min(Math.max(Math.ceil((time - now) / 1_000), 0), MAX_DELAY);
}

/** Seconds until the next page is due after `sent` resources; 0 without a rate. */
export function pauseAfter(sent: number, ratePerSecond: number | undefined): number {
  if (ratePerSecond === undefined) return 0;
  return Math.min(Math.ceil(sent / ratePerSecond), MAX_DELAY);
}
