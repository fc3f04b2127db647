import { expect, test } from 'vitest';
import type { StateRow, StateStore } from '../../../lambdas/core/delivery/ports/state-store.ts';
import { idOf } from '../../builders/notification.ts';
import { createMemoryStateStore } from '../../fakes/memory-state-store.ts';
import { commitDeleted, commitSynced, failRow, forgetHash, noRow, type RowCode, rowOf } from './row.ts';

/** An update, in the model and in the store. */
interface Operation {
  readonly name: string;
  inModel(row: RowCode): RowCode;
  atStore(store: StateStore): Promise<unknown>;
}

const key = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer', id: idOf(1) };
const kept = (row: RowCode, answer: RowCode | 'superseded') => (answer === 'superseded' ? row : answer);

const commits = [1, 2, 3].flatMap((version) =>
  ['A1', 'B1', 'A2'].map((hash): Operation => {
    const commit = { version, hash, mapperVersion: Number(hash[1]) };
    return {
      name: `commit v${version} ${hash}`,
      inModel: (row) => kept(row, commitSynced(row, commit)),
      atStore: (store) => store.commitSynced(key, commit),
    };
  }),
);
const deletes = [1, 3].flatMap((version) =>
  [false, true].map(
    (erased): Operation => ({
      name: `delete v${version} ${erased ? 'erasing' : 'plain'}`,
      inModel: (row) => kept(row, commitDeleted(row, version, erased)),
      atStore: (store) => store.commitDeleted(key, { version, erased }),
    }),
  ),
);
const operations: readonly Operation[] = [
  ...commits,
  ...deletes,
  { name: 'park', inModel: failRow, atStore: (store) => store.markFailed(key, { version: 1, code: 'X' }) },
  { name: 'forget', inModel: forgetHash, atStore: (store) => store.forgetHash(key) },
];

test('the row model answers like the state store after every sequence of three updates', async () => {
  const sequences = operations.flatMap((a) =>
    operations.flatMap((b) => operations.map((c): readonly Operation[] => [a, b, c])),
  );
  for (const sequence of sequences) {
    const store = createMemoryStateStore(() => 0, 1);
    for (const operation of sequence) await operation.atStore(store);
    const inModel = rowOf(sequence.reduce((row, operation) => operation.inModel(row), noRow));
    const atStore = protocolColumns((await store.read([key])).get(key.id));
    expect(inModel, sequence.map(({ name }) => name).join(', ')).toEqual(atStore);
  }
});

/** The columns that the protocol reads; the others are for operators. */
function protocolColumns(row: StateRow | undefined): StateRow | undefined {
  if (!row) return undefined;
  const { failure: _failure, at: _at, ...read } = row;
  return read;
}
