import { type Outcome, outcomes } from '../base/outcome.ts';
import type { RecentOutcome } from './ports/state-store.ts';

/** Outcomes that a sync record keeps. */
const MOST_RECENT = 5;
/** Longest reason that is stored; longer ones are cut. */
const LONGEST_REASON = 24;
const letters = 'yusclkdaf';

/** The outcomes to keep after one more, newest first. */
export function withRecent(
  known: readonly RecentOutcome[] | undefined,
  latest: RecentOutcome,
): readonly RecentOutcome[] {
  return [latest, ...(known ?? [])].slice(0, MOST_RECENT);
}

/**
 * About twenty bytes per outcome: a letter for it, time and version to the base 36, the reason. Short, because DynamoDB charges
 * every commit by the size of the whole item.
 */
export function writeRecent(recent: readonly RecentOutcome[]): string {
  return recent
    .slice(0, MOST_RECENT)
    .map(({ at, outcome, version, reason }) => {
      const words = reason.replaceAll(/[^\w.:$-]/g, '_').slice(0, LONGEST_REASON);
      return `${letters[outcomes.indexOf(outcome)]}${at.toString(36)}/${version.toString(36)}/${words}`;
    })
    .join(' ');
}

/** Skips unreadable entries: they are for display only. */
export function readRecent(text: string): readonly RecentOutcome[] {
  return text.split(' ').flatMap((entry) => {
    const [head = '', version = '', reason = ''] = entry.split('/');
    const outcome: Outcome | undefined = outcomes[letters.indexOf(head.slice(0, 1))];
    const read = { at: Number.parseInt(head.slice(1), 36), version: Number.parseInt(version, 36) };
    const isReadable = Number.isSafeInteger(read.at) && Number.isSafeInteger(read.version);
    return outcome && isReadable ? [{ ...read, outcome, reason }] : [];
  });
}
