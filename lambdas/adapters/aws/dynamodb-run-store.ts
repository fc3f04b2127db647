import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ConnectorError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RunPageOf, RunStore } from '../../core/ports/run-store.ts';
import { entryName, hasEnded, mayMove, type Run, type RunPage, readEntry } from '../../core/run.ts';
import { addPage, entriesWith, noEntries } from '../../core/run-entries.ts';
import {
  differenceItem,
  type Item,
  json,
  number,
  planItem,
  runItem,
  toDifference,
  toEnds,
  toPage,
  toRun,
} from './run-items.ts';
import { type ItemKey, itemKey, lockKey, pageSortKey, runKey, runsKey } from './table-keys.ts';

/** A year of history. */
const KEPT_SECONDS = 365 * 86_400;

/** Rows of a report that are written at once. */
const AT_ONCE = 25;

export interface DynamoDbRunStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly projectKey: string;
  readonly clock: Clock;
}

/** Runs in the table; see `RunStore`. Items that belong to a run live a year from their last write. */
export function createDynamoDbRunStore(options: DynamoDbRunStoreOptions): RunStore {
  const { client, tableName, projectKey, clock } = options;
  const rowOf = (id: string): ItemKey => ({ pk: runsKey(projectKey), sk: id });
  const lockOf = (handler: string): ItemKey => ({ pk: lockKey(projectKey), sk: handler });
  const ttl = (): AttributeValue => number(Math.floor(clock() / 1_000) + KEPT_SECONDS);

  async function get(key: ItemKey): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: tableName, Key: itemKey(key), ConsistentRead: true });
    return (await client.send(command).catch(rethrow)).Item;
  }

  async function update(key: ItemKey, change: Change): Promise<{ failed?: Item }> {
    const command = new UpdateItemCommand({
      ...updateOf(tableName, key, change),
      ...(change.condition !== undefined && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    });
    try {
      await client.send(command);
      return {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { failed: error.Item ?? {} };
      return rethrow(error);
    }
  }

  /** All or nothing. Answers what stood in the way of the first item whose condition failed, with its position. */
  async function transact(items: TransactWriteItem[]): Promise<{ failed?: { index: number; item: Item } }> {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
      return {};
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      const index = reasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed');
      return index < 0 ? rethrow(error) : { failed: { index, item: reasons[index]?.Item ?? {} } };
    }
  }

  async function query(
    pk: string,
    over: { prefix?: string; after?: string; limit?: number; newestFirst?: boolean } = {},
  ): Promise<{ items: readonly Item[]; next?: string }> {
    const { prefix, after, limit, newestFirst = false } = over;
    const answer = await client
      .send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          ScanIndexForward: !newestFirst,
          KeyConditionExpression:
            prefix === undefined ? '#pk = :pk' : '#pk = :pk AND begins_with(#sk, :prefix)',
          ExpressionAttributeNames: { '#pk': 'pk', ...(prefix !== undefined && { '#sk': 'sk' }) },
          ExpressionAttributeValues: {
            ':pk': { S: pk },
            ...(prefix !== undefined && { ':prefix': { S: prefix } }),
          },
          ...(limit !== undefined && { Limit: limit }),
          ...(after !== undefined && { ExclusiveStartKey: itemKey({ pk, sk: after }) }),
        }),
      )
      .catch(rethrow);
    const next = answer.LastEvaluatedKey?.['sk']?.S;
    return { items: answer.Items ?? [], ...(next !== undefined && { next }) };
  }

  async function* all(pk: string, prefix?: string, from?: string): AsyncGenerator<Item> {
    let after = from;
    do {
      const page = await query(pk, {
        ...(prefix !== undefined && { prefix }),
        ...(after !== undefined && { after }),
      });
      yield* page.items;
      after = page.next;
    } while (after !== undefined);
  }

  async function read(runId: string): Promise<Run | undefined> {
    const item = await get(rowOf(runId));
    return item && toRun(item);
  }

  async function planned(runId: string, page: number): Promise<RunPage | undefined> {
    const item = await get({ pk: runKey(runId), sk: pageSortKey('plan', page) });
    return item && toPage(runId, page, item);
  }

  return {
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
      const runs = await Promise.all(ids.map(read));
      return runs.filter((run) => run !== undefined && !hasEnded(run.status)) as Run[];
    },

    async advance({ id, cursor }, { cursor: to, counts, expected }) {
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
          ...(to.stage === 'done' && { sentAt: number(clock()) }),
        },
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
          ...(reason !== undefined && { reason: { S: reason } }),
          ...(isEnd && { endedAt: number(clock()), ttl: ttl() }),
        },
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

    async touch(runId) {
      await update(rowOf(runId), { set: { updatedAt: number(clock()) }, condition: 'attribute_exists(#st)' });
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
        ...(ratePerSecond === undefined ? { remove: ['rate'] } : { set: { rate: number(ratePerSecond) } }),
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

    async recordEntries(runId, page, ends) {
      const sets = Object.entries(ends).filter(([, numbers]) => numbers.length > 0);
      if (sets.length === 0) return;
      await update(
        { pk: runKey(runId), sk: pageSortKey('done', page) },
        {
          set: { ttl: ttl() },
          add: Object.fromEntries(sets.map(([outcome, numbers]) => [outcome, { NS: numbers.map(String) }])),
        },
      );
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
        await Promise.all(puts).catch(rethrow);
      }
    },

    async reported(runId, { class: only, limit, after }) {
      const prefix = only === undefined ? 'diff#' : `diff#${only}#`;
      const page = await query(runKey(runId), { prefix, limit, ...(after !== undefined && { after }) });
      return pageOf(page.items.map(toDifference), page.next);
    },
  };
}

interface Change {
  readonly set?: Item;
  readonly add?: Item;
  readonly remove?: readonly string[];
  readonly condition?: string;
  readonly values?: Item;
}

/** Every attribute is aliased, so none can meet a reserved word. */
function updateOf(tableName: string, key: ItemKey, { set = {}, add = {}, remove = [], ...rest }: Change) {
  const { condition, values = {} } = rest;
  const clauses = [
    clause('SET', Object.keys(set), (name) => `#${name} = :${name}`),
    clause('ADD', Object.keys(add), (name) => `#${name} :${name}`),
    clause('REMOVE', remove, (name) => `#${name}`),
  ];
  const UpdateExpression = clauses.filter((text) => text !== '').join(' ');
  const used = `${UpdateExpression} ${condition ?? ''}`.match(/#\w+/g) ?? [];
  const all = { ...prefixed(set), ...prefixed(add), ...values };
  return {
    TableName: tableName,
    Key: itemKey(key),
    UpdateExpression,
    ...(condition !== undefined && { ConditionExpression: condition }),
    ExpressionAttributeNames: Object.fromEntries(used.map((alias) => [alias, alias.slice(1)])),
    ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all }),
  };
}

function clause(word: string, names: readonly string[], part: (name: string) => string): string {
  return names.length === 0 ? '' : `${word} ${names.map(part).join(', ')}`;
}

function prefixed(values: Item): Item {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
}

function pageOf<T>(items: readonly T[], next?: string): RunPageOf<T> {
  return { items, ...(next !== undefined && { next }) };
}

/** Every write may be repeated, so whatever happened is worth another try. */
function rethrow(error: unknown): never {
  const name = error instanceof Error ? error.name : 'Unknown';
  throw new ConnectorError(
    { failureClass: 'retry', code: `STATE_${name}` },
    `The table did not answer about a run: ${name}.`,
    { cause: error },
  );
}
