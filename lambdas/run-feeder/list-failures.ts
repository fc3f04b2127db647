import type { FailureItem } from '../core/delivery/failure.ts';
import type { PlannedEntry } from '../core/runs/run.ts';
import type { PageDecision } from './page-decision.ts';
import type { Feeding } from './ports.ts';

/** Mode retry: queues every failure of the group. */
export async function listFailures({ ports, run, limit }: Feeding): Promise<PageDecision> {
  const scope = { handlerId: run.handler, projectKey: ports.projectKey };
  const { after } = run.cursor;
  const { items, next } = await ports.failures.items(scope, {
    group: run.options.group ?? '',
    limit,
    ...(after !== undefined && { after }),
  });
  return {
    entries: items.map(toEntry),
    differences: [],
    listed: items.length,
    next: next === undefined ? { stage: 'done' } : { stage: 'source', after: next },
  };
}

function toEntry({ id, version, kind, dataErasure }: FailureItem): PlannedEntry {
  const minimum = kind === 'UPSERT' ? 1 : 0;
  return {
    id,
    kind,
    version: Math.max(version, minimum),
    ...(dataErasure !== undefined && { dataErasure }),
  };
}
