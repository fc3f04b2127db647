import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { allOf } from '../../core/base/all-of.ts';
import { chunks } from '../../core/base/chunks.ts';
import { entryName, readEntry } from '../../core/delivery/run-entry.ts';
import type { RunStore } from '../../core/runs/ports/run-store.ts';
import { hasEnded, mayMove, type Run, type RunPage } from '../../core/runs/run.ts';
import { addPage, entriesWith, noEntries } from '../../core/runs/run-entries.ts';
import { type ColumnUpdate, inColumns } from './columns.ts';
import { conditionalUpdate, conditionInput, transact, updateInput } from './conditional-write.ts';
import { createDynamoDbRunEntries } from './dynamodb-run-entries.ts';
import {
  type DynamoDbRunOptions,
  differenceItem,
  expiryOf,
  planItem,
  runColumns,
  runItem,
  type StoredRun,
  toDifference,
  toEnds,
  toPage,
  toRun,
} from './run-items.ts';
import { number, rethrowTableError, text, textOf } from './table.ts';
import { type ItemKey, itemKey, lockKey, pageSortKey, runKey, runsKey } from './table-keys.ts';
import { allItems, eachItem, queryPage, readItem } from './table-read.ts';

/** Differences of a report that are written at once. */
const AT_ONCE = 25;

/** Runs in the table; see `RunStore`. Items of a run expire a year after their last write. */
export function createDynamoDbRunStore(table: DynamoDbRunOptions): RunStore {
  const { client, tableName, projectKey, clock } = table;
  const rowOf = (id: string): ItemKey => ({ pk: runsKey(projectKey), sk: id });
  const lockOf = (handler: string): ItemKey => ({ pk: lockKey(projectKey), sk: handler });
  const stored = (change: ColumnUpdate<StoredRun>) => inColumns(runColumns, change);
  const ttl = () => number(expiryOf(clock()));
  const lockedBy = (runId: string) =>
    conditionInput({ condition: 'attribute_not_exists(#pk) OR #runId = :id', values: { id: text(runId) } });

  const update = (id: string, change: ColumnUpdate<StoredRun>) =>
    conditionalUpdate(table, rowOf(id), stored(change));

  /** Answers whether the change is stored, by this call or by an earlier send of it whose answer was lost. */
  async function updateOnce(id: string, { set, ...change }: ColumnUpdate<StoredRun>): Promise<boolean> {
    const writer = crypto.randomUUID();
    const { refusedBy } = await update(id, { ...change, set: { ...set, writer } });
    return !refusedBy || textOf(refusedBy, 'writer') === writer;
  }

  async function read(runId: string): Promise<Run | undefined> {
    const item = await readItem(table, rowOf(runId));
    return item && toRun(item);
  }

  async function planned(runId: string, page: number): Promise<RunPage | undefined> {
    const item = await readItem(table, { pk: runKey(runId), sk: pageSortKey('plan', page) });
    return item && toPage(runId, page, item);
  }

  return {
    ...createDynamoDbRunEntries(table),
    read,
    planned,

    async create(run) {
      const { index, refusedBy } = await transact(client, [
        {
          Put: {
            TableName: tableName,
            Item: { ...itemKey(lockOf(run.handler)), runId: text(run.id) },
            ...lockedBy(run.id),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          Put: {
            TableName: tableName,
            Item: { ...itemKey(rowOf(run.id)), ...runItem(run) },
            ...conditionInput({ condition: 'attribute_not_exists(#pk)' }),
          },
        },
      ]);
      // If only the run exists, this is a repeated start of the same run.
      if (!refusedBy || index !== 0) return { answer: 'created' };
      return { answer: 'busy', runId: textOf(refusedBy, 'runId') };
    },

    async list(query) {
      const page = await queryPage(table, { pk: runsKey(projectKey), newestFirst: true, ...query });
      return { ...page, items: page.items.map(toRun) };
    },

    async open() {
      const locks = await allItems(table, { pk: lockKey(projectKey) });
      const runs = await allOf(locks.map((lock) => read(textOf(lock, 'runId'))));
      return runs.filter((run) => run !== undefined && !hasEnded(run.status)) as Run[];
    },

    async advance({ id, cursor }, { cursor: to, counts, expected, sent }) {
      const isStored = await updateOnce(id, {
        set: {
          ...{ page: to.page, stage: to.stage, cursor: to, counts, expected },
          updatedAt: clock(),
          lastSent: sent === undefined ? undefined : { at: clock(), count: sent },
          sentAt: to.stage === 'done' ? clock() : undefined,
        },
        remove: ['waitCode'],
        condition: '#page = :fromPage AND #stage = :fromStage AND #status IN (:preparing, :running)',
        values: {
          ...{ fromPage: number(cursor.page), fromStage: text(cursor.stage) },
          ...{ preparing: text('preparing'), running: text('running') },
        },
      });
      return isStored ? 'advanced' : 'stale';
    },

    async setStatus({ id, handler, status }, to, reason) {
      if (!mayMove(status, to)) return 'refused';
      const isEnd = hasEnded(to);
      const change: ColumnUpdate<StoredRun> = {
        set: {
          ...{ status: to, updatedAt: clock(), statusReason: reason ?? null },
          ...(to === 'paused' && { wasSlowed: true }),
          ...(isEnd && { endedAt: clock(), expiresAt: expiryOf(clock()) }),
        },
        remove: ['waitCode'],
        condition: '#status = :from',
        values: { from: text(status) },
      };
      if (!isEnd) return (await update(id, change)).refusedBy ? 'refused' : 'changed';
      const { refusedBy } = await transact(client, [
        { Update: updateInput(table, rowOf(id), stored(change)) },
        { Delete: { TableName: tableName, Key: itemKey(lockOf(handler)), ...lockedBy(id) } },
      ]);
      return refusedBy ? 'refused' : 'changed';
    },

    async wait({ id, waits = 0 }, waitCode) {
      const isStored = await updateOnce(id, {
        set: { waits: waits + 1, updatedAt: clock(), waitCode: waitCode ?? null },
        condition: `attribute_exists(#status) AND ${waits === 0 ? 'attribute_not_exists(#waits)' : '#waits = :from'}`,
        values: { from: number(waits) },
      });
      return isStored ? 'waiting' : 'stale';
    },

    async noteHook(runId, hook) {
      await update(runId, {
        set: { updatedAt: clock() },
        add: { hooksTaken: { SS: [hook] } },
        condition: 'attribute_exists(#status)',
      });
    },

    async setRate(runId, ratePerSecond) {
      await update(runId, {
        set: { wasSlowed: true, ratePerSecond: ratePerSecond ?? null },
        condition: 'attribute_exists(#status)',
      });
    },

    async plan(page) {
      const pk = runKey(page.runId);
      const { refusedBy } = await transact(client, [
        {
          Put: {
            TableName: tableName,
            Item: { ...itemKey({ pk, sk: pageSortKey('plan', page.page) }), ...planItem(page), ttl: ttl() },
            ...conditionInput({ condition: 'attribute_not_exists(#pk)' }),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          // With the outcomes, so that counting needs no plan.
          Update: updateInput(
            table,
            { pk, sk: pageSortKey('done', page.page) },
            { set: { planned: number(page.entries.length), ttl: ttl() } },
          ),
        },
      ]);
      return refusedBy ? toPage(page.runId, page.page, refusedBy) : page;
    },

    async entryCounts(runId) {
      let counts = noEntries;
      for await (const item of eachItem(table, { pk: runKey(runId), prefix: 'done#' })) {
        const { planned, ends } = toEnds(item);
        counts = addPage(counts, planned, ends);
      }
      return counts;
    },

    async entries(runId, { outcome, limit, after }) {
      const found: { id: string; entry: string }[] = [];
      const from = after === undefined ? undefined : readEntry(after);
      // From the page before, so that the page of `after` is read again for the entries that follow it.
      const start = from && pageSortKey('done', Math.max(from.page - 1, 0));
      for await (const item of eachItem(table, { pk: runKey(runId), prefix: 'done#', after: start })) {
        const { page, planned: size, ends } = toEnds(item);
        const indexes = entriesWith(size, ends, outcome).filter(
          (index) => !from || page > from.page || (page === from.page && index > from.index),
        );
        if (indexes.length === 0) continue;
        const { entries = [] } = (await planned(runId, page)) ?? {};
        for (const index of indexes) {
          const last = found.at(-1);
          if (last && found.length === limit) return { items: found, next: last.entry };
          found.push({ id: entries[index]?.id ?? '', entry: entryName(page, index) });
        }
      }
      return { items: found };
    },

    async report(runId, differences) {
      for (const some of chunks(differences, AT_ONCE)) {
        const puts = some.map((difference) => {
          const key = { pk: runKey(runId), sk: `diff#${difference.class}#${difference.id}` };
          const Item = { ...itemKey(key), ...differenceItem(difference), ttl: ttl() };
          return client.send(new PutItemCommand({ TableName: tableName, Item }));
        });
        await allOf(puts).catch(rethrowTableError);
      }
    },

    async reported(runId, { class: only, ...query }) {
      const prefix = only === undefined ? 'diff#' : `diff#${only}#`;
      const page = await queryPage(table, { pk: runKey(runId), prefix, ...query });
      return { ...page, items: page.items.map(toDifference) };
    },
  };
}
