import { type EntryCounts, type EntryOutcome, entryOutcomes } from './run.ts';

/** Ends of one page's entries, by outcome: numbers of entries. One may stand in several, for it can end more than once. */
export type PageEnds = Readonly<Partial<Record<EntryOutcome, ReadonlySet<number>>>>;

export const noEntries: EntryCounts = {
  pending: 0,
  synced: 0,
  deleted: 0,
  unchanged: 0,
  superseded: 0,
  skipped: 0,
  absent: 0,
  failed: 0,
};

/** How the entry ended: the first of `entryOutcomes` that it stands in; in none = pending. */
export function endOf(ends: PageEnds, index: number): EntryOutcome | 'pending' {
  return entryOutcomes.find((outcome) => ends[outcome]?.has(index)) ?? 'pending';
}

/** Adds the `planned` entries of a page to the counts, each once. */
export function addPage(counts: EntryCounts, planned: number, ends: PageEnds): EntryCounts {
  const sum = { ...counts };
  for (let index = 0; index < planned; index++) sum[endOf(ends, index)] += 1;
  return sum;
}

/** Entries of a page with that end, in order. */
export function entriesWith(planned: number, ends: PageEnds, outcome: EntryOutcome | 'pending'): number[] {
  return Array.from({ length: planned }, (_, index) => index).filter(
    (index) => endOf(ends, index) === outcome,
  );
}
