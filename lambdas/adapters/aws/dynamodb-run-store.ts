import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { allOf } from '../../core/base/all-of.ts';
import type { Page } from '../../core/base/page.ts';
import { entryName, readEntry } from '../../core/delivery/run-entry.ts';
import type { RunStore } from '../../core/runs/ports/run-store.ts';
import { hasEnded, mayMove, type Run, type RunPage } from '../../core/runs/run.ts';
import { addPage, entriesWith, noEntries } from '../../core/runs/run-entries.ts';
import { createDynamoDbRunEntries } from './dynamodb-run-entries.ts';
import {
  type DynamoDbRunOptions,
  differenceItem,
  json,
  keptUntil,
  number,
  planItem,
  runItem,
  toDifference,
  toEnds,
  toPage,
  toRun,
} from './run-items.ts';
import { type Change, createRunTable, updateOf } from './run-table.ts';
import { type ItemKey, itemKey, lockKey, pageSortKey, runKey, runsKey } from './table-keys.ts';
import { rethrowTableError } from './table-query.ts';

/** Rows of a report that are written at once. */
const AT_ONCE = 25;

/** Runs in the table; see `RunStore`. Items that belong to a run live a year from their last write. */
export function createDynamoDbRunStore(options: DynamoDbRunOptions): RunStore {
  const { client, tableName, projectKey, clock } = options;
  const { get, update, transact, query, all } = createRunTable(options);
  const rowOf = (id: string): ItemKey => ({ pk: runsKey(projectKey), sk: id });
  const lockOf = (handler: string): ItemKey => ({ pk: lockKey(projectKey), sk: handler });
  const ttl = (): AttributeValue => keptUntil(clock());

  async function read(runId: string): Promise<Run | undefined> {
    const item = await get(rowOf(runId));
    return item && toRun(item);
  }

  async function planned(runId: string, page: number): Promise<RunPage | undefined> {
    const item = await get({ pk: runKey(runId), sk: pageSortKey('plan', page) });
    return item && toPage(runId, page, item);
  }

  return {
    ...createDynamoDbRunEntries(options),
    read,
    planned,

    async create(run) {
      const { failed } = await transact([
        {
          Put: {
            TableName: tableName,
            Item: { ...itemKey(lockOf(run.handler)), runId: { S: run.id } },
            ConditionExpression: 'attribute_not_exists(pk) OR runId = :id',
            ExpressionAttributeValues: { ':id': { S: run.id } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          Put: {
            TableName: tableName,
            Item: { ...itemKey(rowOf(run.id)), ...runItem(run) },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ]);
      // Only the row was there already: this is the same start once more.
      if (failed?.index !== 0) return { answer: 'created' };
      return { answer: 'busy', runId: failed.item['runId']?.S ?? '' };
    },

    async list({ limit, after }) {
      const page = await query(runsKey(projectKey), {
        limit,
        newestFirst: true,
        ...(after !== undefined && { after }),
      });
      return pageOf(page.items.map(toRun), page.next);
    },

    async open() {
      const ids: string[] = [];
      for await (const lock of all(lockKey(projectKey))) ids.push(lock['runId']?.S ?? '');
      const runs = await allOf(ids.map(read));
      return runs.filter((run) => run !== undefined && !hasEnded(run.status)) as Run[];
    },

    async advance({ id, cursor }, { cursor: to, counts, expected, sent }) {
      // Tells our own write from another's when its first answer was lost.
      const writer = crypto.randomUUID();
      const { failed } = await update(rowOf(id), {
        set: {
          page: number(to.page),
          stage: { S: to.stage },
          cursor: json(to),
          counts: json(counts),
          updatedAt: number(clock()),
          writer: { S: writer },
          ...(expected !== undefined && { expected: number(expected) }),
          ...(sent !== undefined && { lastSent: json({ at: clock(), count: sent }) }),
          ...(to.stage === 'done' && { sentAt: number(clock()) }),
        },
        remove: ['waitCode'],
        condition: '#page = :fromPage AND #stage = :fromStage AND #st IN (:preparing, :running)',
        values: {
          ':fromPage': number(cursor.page),
          ':fromStage': { S: cursor.stage },
          ':preparing': { S: 'preparing' },
          ':running': { S: 'running' },
        },
      });
      return failed && failed['writer']?.S !== writer ? 'stale' : 'advanced';
    },

    async setStatus({ id, handler, status }, to, reason) {
      if (!mayMove(status, to)) return 'refused';
      const isEnd = hasEnded(to);
      const change: Change = {
        set: {
          st: { S: to },
          updatedAt: number(clock()),
          ...(reason !== undefined && { why: { S: reason } }),
          ...(to === 'paused' && { wasSlowed: { BOOL: true } }),
          ...(isEnd && { endedAt: number(clock()), ttl: ttl() }),
        },
        remove: reason === undefined ? ['why', 'waitCode'] : ['waitCode'],
        condition: '#st = :status',
        values: { ':status': { S: status } },
      };
      if (!isEnd) return (await update(rowOf(id), change)).failed ? 'refused' : 'changed';
      const { failed } = await transact([
        { Update: updateOf(tableName, rowOf(id), change) },
        {
          Delete: {
            TableName: tableName,
            Key: itemKey(lockOf(handler)),
            ConditionExpression: 'attribute_not_exists(pk) OR runId = :id',
            ExpressionAttributeValues: { ':id': { S: id } },
          },
        },
      ]);
      return failed ? 'refused' : 'changed';
    },

    async wait({ id, waits = 0 }, waitCode) {
      const writer = crypto.randomUUID();
      const { failed } = await update(rowOf(id), {
        set: {
          waits: number(waits + 1),
          updatedAt: number(clock()),
          writer: { S: writer },
          ...(waitCode !== undefined && { waitCode: { S: waitCode } }),
        },
        ...(waitCode === undefined && { remove: ['waitCode'] }),
        condition:
          waits === 0
            ? 'attribute_exists(#st) AND attribute_not_exists(#waits)'
            : 'attribute_exists(#st) AND #waits = :from',
        ...(waits > 0 && { values: { ':from': number(waits) } }),
      });
      return failed && failed['writer']?.S !== writer ? 'stale' : 'waiting';
    },

    async noteHook(runId, hook) {
      await update(rowOf(runId), {
        set: { updatedAt: number(clock()) },
        add: { hooks: { SS: [hook] } },
        condition: 'attribute_exists(#st)',
      });
    },

    async setRate(runId, ratePerSecond) {
      await update(rowOf(runId), {
        set: {
          wasSlowed: { BOOL: true },
          ...(ratePerSecond !== undefined && { rate: number(ratePerSecond) }),
        },
        ...(ratePerSecond === undefined && { remove: ['rate'] }),
        condition: 'attribute_exists(#st)',
      });
    },

    async plan(page) {
      const pk = runKey(page.runId);
      const { failed } = await transact([
        {
          Put: {
            TableName: tableName,
            Item: { ...itemKey({ pk, sk: pageSortKey('plan', page.page) }), ...planItem(page), ttl: ttl() },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          // Beside the ends, so that counting needs no plan.
          Update: updateOf(
            tableName,
            { pk, sk: pageSortKey('done', page.page) },
            { set: { planned: number(page.entries.length), ttl: ttl() } },
          ),
        },
      ]);
      return failed ? toPage(page.runId, page.page, failed.item) : page;
    },

    async entryCounts(runId) {
      let counts = noEntries;
      for await (const item of all(runKey(runId), 'done#')) {
        const { planned, ends } = toEnds(item);
        counts = addPage(counts, planned, ends);
      }
      return counts;
    },

    async entries(runId, { outcome, limit, after }) {
      const found: { id: string; entry: string }[] = [];
      const from = after === undefined ? undefined : readEntry(after);
      // The page before the one where we stopped: that one is looked at again, from the entry after.
      const start = from && pageSortKey('done', Math.max(from.page - 1, 0));
      for await (const item of all(runKey(runId), 'done#', start)) {
        const { page, planned: size, ends } = toEnds(item);
        const indexes = entriesWith(size, ends, outcome).filter(
          (index) => !from || page > from.page || (page === from.page && index > from.index),
        );
        if (indexes.length === 0) continue;
        const { entries = [] } = (await planned(runId, page)) ?? {};
        for (const index of indexes) {
          if (found.length === limit) return pageOf(found, found.at(-1)?.entry);
          found.push({ id: entries[index]?.id ?? '', entry: entryName(page, index) });
        }
      }
      return pageOf(found);
    },

    async report(runId, differences) {
      for (let start = 0; start < differences.length; start += AT_ONCE) {
        const puts = differences.slice(start, start + AT_ONCE).map((difference) =>
          client.send(
            new PutItemCommand({
              TableName: tableName,
              Item: {
                ...itemKey({ pk: runKey(runId), sk: `diff#${difference.class}#${difference.id}` }),
                ...differenceItem(difference),
                ttl: ttl(),
              },
            }),
          ),
        );
        await allOf(puts).catch(rethrowTableError);
      }
    },

    async reported(runId, { class: only, limit, after }) {
      const prefix = only === undefined ? 'diff#' : `diff#${only}#`;
      const page = await query(runKey(runId), { prefix, limit, ...(after !== undefined && { after }) });
      return pageOf(page.items.map(toDifference), page.next);
    },
  };
}

function pageOf<T>(items: readonly T[], next?: string): Page<T> {
  return { items, ...(next !== undefined && { next }) };
}
