import { type Outcome, outcomes } from '../base/outcome.ts';
import type { RecentOutcome } from './ports/state-store.ts';

/** So many ends a row remembers. */
const MOST_RECENT = 5;
/** Reasons are words and codes; a longer one is told by its beginning. */
const LONGEST_REASON = 24;
const letters = 'yusclkdaf';

/** What the row remembers after one more end, newest first. */
export function withRecent(
  known: readonly RecentOutcome[] | undefined,
  latest: RecentOutcome,
): readonly RecentOutcome[] {
  return [latest, ...(known ?? [])].slice(0, MOST_RECENT);
}

/**
 * In about twenty bytes each: a letter for the outcome, time and version to the base 36, the reason. Every commit is charged
 * by the size of the whole row.
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

/** What cannot be read is left out: nothing but a display depends on it. */
export function readRecent(text: string): readonly RecentOutcome[] {
  return text.split(' ').flatMap((entry) => {
    const [head = '', version = '', reason = ''] = entry.split('/');
    const outcome: Outcome | undefined = outcomes[letters.indexOf(head.slice(0, 1))];
    const read = { at: Number.parseInt(head.slice(1), 36), version: Number.parseInt(version, 36) };
    const isReadable = Number.isSafeInteger(read.at) && Number.isSafeInteger(read.version);
    return outcome && isReadable ? [{ ...read, outcome, reason }] : [];
  });
}
