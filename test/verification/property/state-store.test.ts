import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createDynamoDbStateStore } from '../../../lambdas/adapters/aws/dynamodb-state-store.ts';
import type { StateStore } from '../../../lambdas/core/delivery/ports/state-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../builders/embedded-table.ts';
import { createMemoryStateStore } from '../../fakes/memory-state-store.ts';
import { holds, replayPath } from './seeds.ts';
import { type ExpectedRows, storeCommands } from './state-store.commands.ts';

const clock = () => Date.parse('2026-11-20T12:00:00Z');
const tombstoneSeconds = 90 * 86_400;
let sequences = 0;

/** Any sequence of updates gives the rows and answers that the rules define. */
async function keepsItsRules(store: () => StateStore, { runs, length }: { runs: number; length: number }) {
  const commands = fc.commands(storeCommands, { maxCommands: length, ...replayPath });
  await holds(
    fc.asyncProperty(commands, async (sequence) => {
      const handlerId = `handler-${++sequences}`;
      const start = () => ({ model: new Map() as ExpectedRows, real: { store: store(), handlerId } });
      await fc.asyncModelRun(start, sequence);
    }),
    { runs },
  );
}

describe('the state store follows its rules under any sequence of updates', () => {
  test('in memory', () =>
    keepsItsRules(() => createMemoryStateStore(clock, tombstoneSeconds), { runs: 1_200, length: 40 }));

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());

    test('with the real client', () =>
      keepsItsRules(() => createDynamoDbStateStore({ ...table, clock, tombstoneSeconds }), {
        runs: 60,
        length: 15,
      }));
  });
});
