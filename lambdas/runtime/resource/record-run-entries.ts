import type { Outcome } from '../../core/base/outcome.ts';
import type { RunStore } from '../../core/runs/ports/run-store.ts';
import type { EntryOutcome } from '../../core/runs/run.ts';
import type { Group } from './fifo-batch.ts';

/** How the entry of a run ended, in the words of its counters. What was recorded in Prepare mode, the run has passed by. */
const entryOutcomeOf: Readonly<Partial<Record<Outcome | 'recorded', EntryOutcome>>> = {
  synced: 'synced',
  unchanged: 'unchanged',
  superseded: 'superseded',
  skipped: 'skipped',
  recorded: 'skipped',
  // Merged with what Prepare mode had recorded before.
  collapsed: 'skipped',
  deleted: 'deleted',
  absent: 'absent',
  failed: 'failed',
};

export interface EndedGroup {
  readonly group: Group;
  readonly outcome: Outcome | 'recorded';
}

/**
 * Records the ends of all run entries of a batch, with one write a page, before anything of it is acknowledged: so a run's
 * counters are exact, whatever crashes. Answers the error of each group whose entries were not taken.
 */
export async function recordRunEntries(
  runs: Pick<RunStore, 'recordEntries'>,
  ended: readonly EndedGroup[],
): Promise<ReadonlyMap<Group, unknown>> {
  const pages = new Map<string, { runId: string; page: number; ends: Ends; groups: Set<Group> }>();
  for (const { group, outcome } of ended) {
    const end = entryOutcomeOf[outcome];
    for (const { runId, page, index } of end ? group.entries : []) {
      const place = `${runId}/${page}`;
      const known = pages.get(place) ?? { runId, page, ends: {}, groups: new Set() };
      pages.set(place, known);
      known.groups.add(group);
      if (end) known.ends[end] = [...(known.ends[end] ?? []), index];
    }
  }
  const failed = new Map<Group, unknown>();
  await Promise.all(
    [...pages.values()].map(async ({ runId, page, ends, groups }) => {
      try {
        await runs.recordEntries(runId, page, ends);
      } catch (error) {
        for (const group of groups) failed.set(group, error);
      }
    }),
  );
  return failed;
}

type Ends = Partial<Record<EntryOutcome, readonly number[]>>;
