import fc from 'fast-check';
import { expect } from 'vitest';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import type {
  CommitAnswer,
  StateKey,
  StateRow,
  StateStore,
} from '../../../lambdas/core/delivery/ports/state-store.ts';
import { idOf } from '../../builders/notification.ts';

/** The expected row: the rules of docs/architecture.md, "State", in a second implementation. */
export type ExpectedRows = Map<string, StateRow>;

export interface StoreUnderTest {
  readonly store: StateStore;
  /** Separates the keys of one sequence from those of another. */
  readonly handlerId: string;
}

type Command = fc.AsyncCommand<ExpectedRows, StoreUnderTest>;

/** Seconds of the clock that the stores get. */
const at = Date.parse('2026-11-20T12:00:00Z') / 1_000;
const resources = [1, 2].map(idOf);
const id = fc.constantFrom(...resources);
const version = fc.integer({ min: 0, max: 5 });
const mapperVersion = fc.integer({ min: 1, max: 2 });
const ref = fc.option(fc.constantFrom('r1', 'r2', 'jane@example.com'), { nil: undefined });
const customs = fc.option(
  fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }),
  {
    nil: undefined,
  },
);

/** One update: the expected answer of the store and the expected row afterwards. */
function command(
  name: string,
  resource: string,
  expected: (row: StateRow | undefined) => { answer: unknown; row: StateRow | undefined },
  act: (store: StateStore, key: StateKey) => Promise<unknown>,
): Command {
  return {
    check: () => true,
    async run(rows, { store, handlerId }) {
      const { answer, row } = expected(rows.get(resource));
      if (row) rows.set(resource, row);
      expect(await act(store, keyOf(handlerId, resource)).catch(codeOf)).toEqual(answer);
      const read = await store.read(resources.map((each) => keyOf(handlerId, each)));
      expect(read).toEqual(new Map(resources.map((each) => [each, rows.get(each)])));
    },
    toString: () => `${name} of ${resource.at(-1)}`,
  };
}

function keyOf(handlerId: string, resource: string): StateKey {
  return { handlerId, projectKey: 'local', resourceType: 'customer', id: resource };
}

const superseded = (row: StateRow | undefined) => ({ answer: 'superseded' satisfies CommitAnswer, row });
const committed = (row: StateRow) => ({ answer: 'committed' satisfies CommitAnswer, row });

const commitSynced = fc
  .record({ id, version, mapperVersion, ref, customs, hash: fc.constantFrom('a', 'b') })
  .map(({ id, version, mapperVersion, hash, ref, customs }) => {
    const named = { ...(ref !== undefined && { ref }), ...(customs !== undefined && { customs }) };
    const commit = { version, hash, mapperVersion, ...named };
    return command(
      `commitSynced(${JSON.stringify(commit)})`,
      id,
      (row) => {
        if (row?.status === 'deleted' || (row && row.version > version)) return superseded(row);
        const kept = {
          ...(row?.ref !== undefined && { ref: row.ref }),
          ...(row?.customs && { customs: row.customs }),
        };
        return committed({ ...kept, ...commit, status: 'live', at });
      },
      (store, key) => store.commitSynced(key, commit),
    );
  });

const commitDeleted = fc.record({ id, version, erased: fc.boolean() }).map(({ id, version, erased }) =>
  command(
    `commitDeleted(v${version}, ${erased ? 'erased' : 'plain'})`,
    id,
    (row) => {
      if (row?.status === 'deleted' && !(row.erased === false && erased)) return superseded(row);
      const kept = {
        ...(row?.ref !== undefined && { ref: row.ref }),
        ...(row?.customs && { customs: row.customs }),
      };
      return committed({ version, status: 'deleted', erased, at, ...(!erased && kept) });
    },
    (store, key) => store.commitDeleted(key, { version, erased }),
  ),
);

const park = fc.record({ id, version }).map(({ id, version }) =>
  command(
    `park(v${version})`,
    id,
    (row) => ({
      answer: undefined,
      row:
        row?.status === 'deleted' && row.erased !== false
          ? row
          : { ...withoutHash(row ?? { version: 0, status: 'live' }), failure: { code: 'CODE', version } },
    }),
    (store, key) => store.markFailed(key, { version, code: 'CODE' }),
  ),
);

const forgetHash = id.map((id) =>
  command(
    'forgetHash',
    id,
    (row) => ({ answer: undefined, row: row && withoutHash(row) }),
    (store, key) => store.forgetHash(key),
  ),
);

const reserveRef = fc.record({ id, asked: fc.constantFrom('r1', 'r2') }).map(({ id, asked }) =>
  command(
    `reserveRef(${asked})`,
    id,
    (row) =>
      row?.status === 'deleted'
        ? { answer: 'STATE_DELETED', row }
        : { answer: undefined, row: { ...(row ?? { version: 0, status: 'live' }), ref: asked } },
    (store, key) => store.reserveRef(key, asked),
  ),
);

function codeOf(error: unknown): string {
  return error instanceof ConnectorError ? error.code : String(error);
}

function withoutHash({ hash: _hash, ...row }: StateRow): StateRow {
  return row;
}

/** Every update of the port, on two resources, so that a mix-up of rows is detected. */
export const storeCommands = [commitSynced, commitDeleted, park, forgetHash, reserveRef];
