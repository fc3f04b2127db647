import type { RunStore } from '../../core/runs/ports/run-store.ts';
import { conditionalUpdate } from './conditional-write.ts';
import { type DynamoDbRunOptions, expiryOf } from './run-items.ts';
import { number } from './table.ts';
import { pageSortKey, runKey } from './table-keys.ts';

/** The part of the run store that handlers use. It has a file of its own to keep their bundles small. */
export function createDynamoDbRunEntries(options: DynamoDbRunOptions): Pick<RunStore, 'recordEntries'> {
  return {
    async recordEntries(runId, page, ends) {
      const sets = Object.entries(ends).filter(([, numbers]) => numbers.length > 0);
      if (sets.length === 0) return;
      await conditionalUpdate(
        options,
        { pk: runKey(runId), sk: pageSortKey('done', page) },
        {
          set: { ttl: number(expiryOf(options.clock())) },
          add: Object.fromEntries(sets.map(([outcome, numbers]) => [outcome, { NS: numbers.map(String) }])),
        },
      );
    },
  };
}
