import { timeUuid } from '../../lambdas/core/base/uuid.ts';
import type { Run, RunPage } from '../../lambdas/core/runs/run.ts';
import { idOf } from './notification.ts';

let count = 0;

/** A run that has just started. Ids rise with every call. */
export function someRun(over: Partial<Run> = {}): Run {
  const id = timeUuid(Date.parse('2026-11-20T12:00:00Z') + ++count, () => 0);
  return {
    id,
    handler: `customer-${count}`,
    mode: 'full',
    status: 'preparing',
    startedBy: 'operator:test',
    options: {},
    cursor: { page: 0, stage: 'source' },
    counts: { listed: 0, planned: 0, classes: {} },
    hooksTaken: [],
    createdAt: 1_000,
    updatedAt: 1_000,
    ...over,
  };
}

/** A page of `size` customers, numbered from `first`. */
export function somePage(runId: string, page: number, size: number, first = 1): RunPage {
  return {
    runId,
    page,
    entries: Array.from({ length: size }, (_, n) => ({
      id: idOf(first + n),
      version: 1,
      kind: 'UPSERT' as const,
    })),
    differences: [],
    progress: { cursor: { page, stage: 'source' }, counts: { listed: size, planned: size, classes: {} } },
  };
}
