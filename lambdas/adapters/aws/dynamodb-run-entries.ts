import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { RunStore } from '../../core/runs/ports/run-store.ts';
import { type DynamoDbRunOptions, keptUntil } from './run-items.ts';
import { updateOf } from './run-table.ts';
import { pageSortKey, runKey } from './table-keys.ts';
import { rethrowTableError } from './table-query.ts';

/** All that a handler does with runs; apart from the others, because its bundle is read at every cold start. */
export function createDynamoDbRunEntries({
  client,
  tableName,
  clock,
}: DynamoDbRunOptions): Pick<RunStore, 'recordEntries'> {
  return {
    async recordEntries(runId, page, ends) {
      const sets = Object.entries(ends).filter(([, numbers]) => numbers.length > 0);
      if (sets.length === 0) return;
      const key = { pk: runKey(runId), sk: pageSortKey('done', page) };
      const change = {
        set: { ttl: keptUntil(clock()) },
        add: Object.fromEntries(sets.map(([outcome, numbers]) => [outcome, { NS: numbers.map(String) }])),
      };
      await client.send(new UpdateItemCommand(updateOf(tableName, key, change))).catch(rethrowTableError);
    },
  };
}
