import type { RunStore } from '../../core/runs/ports/run-store.ts';
import type { EntryOutcome } from '../../core/runs/run.ts';
import type { Group } from './group-records.ts';
import type { Finished, WorkResult } from './work-item.ts';

/** What a result counts as in the counters of a run. */
const entryOutcomeOf: Readonly<Record<WorkResult['outcome'], EntryOutcome>> = {
  synced: 'synced',
  unchanged: 'unchanged',
  superseded: 'superseded',
  skipped: 'skipped',
  // Prepare mode recorded the change, or merged it with one that it recorded before.
  recorded: 'skipped',
  collapsed: 'skipped',
  deleted: 'deleted',
  absent: 'absent',
  failed: 'failed',
};

/**
 * Stores the outcomes of all run entries of a batch, one write per page. It happens before any of their messages is
 * acknowledged, so the counters of a run are exact whatever crashes.
 *
 * @returns the groups whose entries could not be stored, with the error.
 */
export async function recordRunEntries(
  runs: Pick<RunStore, 'recordEntries'>,
  finished: readonly Finished[],
): Promise<ReadonlyMap<Group, unknown>> {
  const pages = new Map<string, { runId: string; page: number; entries: Entries; groups: Set<Group> }>();
  for (const { group, result } of finished) {
    const outcome = entryOutcomeOf[result.outcome];
    for (const { runId, page, index } of group.entries) {
      const name = `${runId}/${page}`;
      const known = pages.get(name) ?? { runId, page, entries: {}, groups: new Set() };
      pages.set(name, known);
      known.groups.add(group);
      known.entries[outcome] = [...(known.entries[outcome] ?? []), index];
    }
  }
  const failed = new Map<Group, unknown>();
  await Promise.all(
    [...pages.values()].map(async ({ runId, page, entries, groups }) => {
      try {
        await runs.recordEntries(runId, page, entries);
      } catch (error) {
        for (const group of groups) failed.set(group, error);
      }
    }),
  );
  return failed;
}

type Entries = Partial<Record<EntryOutcome, readonly number[]>>;
