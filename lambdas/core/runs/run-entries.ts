import { type EntryCounts, type EntryOutcome, entryOutcomes } from './run.ts';

/** Outcome -> positions on the page. A message that was delivered twice can have several outcomes. */
export type PageOutcomes = Readonly<Partial<Record<EntryOutcome, ReadonlySet<number>>>>;

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

/** The first of `entryOutcomes` that lists the entry; `pending` if none does. */
export function outcomeOf(outcomes: PageOutcomes, index: number): EntryOutcome | 'pending' {
  return entryOutcomes.find((outcome) => outcomes[outcome]?.has(index)) ?? 'pending';
}

/** Adds the `planned` entries of a page to the counts. */
export function addPage(counts: EntryCounts, planned: number, outcomes: PageOutcomes): EntryCounts {
  const sum = { ...counts };
  for (let index = 0; index < planned; index++) sum[outcomeOf(outcomes, index)] += 1;
  return sum;
}

/** Positions of the entries with that outcome, in order. */
export function entriesWith(
  planned: number,
  outcomes: PageOutcomes,
  outcome: EntryOutcome | 'pending',
): number[] {
  return Array.from({ length: planned }, (_, index) => index).filter(
    (index) => outcomeOf(outcomes, index) === outcome,
  );
}
