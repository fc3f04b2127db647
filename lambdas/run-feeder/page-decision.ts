import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import type { Run, RunCounts, RunPage, RunProgress } from '../core/runs/run.ts';
import { pageInHand } from '../core/runs/run-step.ts';

/** What to do with one page of a run, before it has a number and totals. */
export interface PageDecision extends Pick<RunPage, 'entries' | 'differences'> {
  readonly listed: number;
  readonly classes?: RunCounts['classes'];
  readonly expected?: number;
  readonly next: Omit<RunProgress['cursor'], 'page'>;
  /** Bodies that were listed on the way, by id; they are sent but not stored. */
  readonly bodies?: ReadonlyMap<string, Listed>;
}

/** The page to store: the decision with its page number and the totals of the run after it. */
export function pageOf(
  run: Run,
  { entries, differences, listed, classes, expected, next }: PageDecision,
): RunPage {
  const page = pageInHand(run);
  return {
    runId: run.id,
    page,
    entries,
    differences,
    progress: {
      cursor: { page, ...next },
      counts: {
        listed: run.counts.listed + listed,
        planned: run.counts.planned + entries.length,
        classes: sum(run.counts.classes, classes ?? {}),
      },
      ...(expected !== undefined && { expected }),
      ...(entries.length > 0 && { sent: entries.length }),
    },
  };
}

function sum(a: RunCounts['classes'], b: RunCounts['classes']): RunCounts['classes'] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof RunCounts['classes']>;
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}
