import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ConnectorError } from '../../core/base/errors.ts';
import { readJson } from '../../core/base/json.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import {
  type CommitAnswer,
  type Customs,
  deletedRow,
  type Failed,
  type Missing,
  type RecentOutcome,
  relinkedRow,
  type Skipped,
  type StateKey,
  type StateRow,
  type StateStore,
  type Waiting,
} from '../../core/delivery/ports/state-store.ts';
import { readRecent, writeRecent } from '../../core/delivery/recent-outcome.ts';
import { type ItemKey, itemKey, resourceSortKey, rowSortKey, skippedKey, stateKey } from './table-keys.ts';
import { queryPage } from './table-query.ts';

/** Columns are one or two letters, because every commit is charged by the size of the whole row. All are aliased. */
const names = {
  '#pk': 'pk',
  '#v': 'v',
  '#st': 'st',
  '#h': 'h',
  '#mv': 'mv',
  '#ref': 'ref',
  '#cu': 'customs',
  '#er': 'er',
  '#err': 'err',
  '#pv': 'pv',
  '#pw': 'pw',
  '#pf': 'pf',
  '#ab': 'ab',
  '#wt': 'wt',
  '#ro': 'ro',
  '#fh': 'fh',
  '#gp': 'gp',
  '#sk': 'skip',
  '#sv': 'sv',
  '#lk': 'lk',
  '#at': 'at',
  '#ttl': 'ttl',
} as const;

type Values = Record<string, AttributeValue>;
interface Update {
  readonly expression: string;
  readonly condition: string;
  readonly values: Values;
}

/** Asks for unread keys this often within one read; what is still unread fails its group. */
const READ_ROUNDS = 3;

export interface DynamoDbStateStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
  /** How long the row of a deleted resource is kept. */
  readonly tombstoneSeconds: number;
}

export function createDynamoDbStateStore(options: DynamoDbStateStoreOptions): StateStore {
  const { client, tableName, clock } = options;
  const seconds = (): number => Math.floor(clock() / 1_000);

  async function read(keys: readonly StateKey[]): Promise<Map<string, StateRow | undefined>> {
    const rows = new Map<string, StateRow | undefined>();
    const idOfPk = new Map(keys.map((key) => [stateKey(key).pk, key.id]));
    let unread = [...idOfPk.keys()];
    for (let round = 0; unread.length > 0 && round < READ_ROUNDS; round++) {
      const asked = unread;
      const answer = await client
        .send(
          new BatchGetItemCommand({
            RequestItems: {
              [tableName]: { Keys: asked.map((pk) => itemKey({ pk, sk: rowSortKey })), ConsistentRead: true },
            },
          }),
        )
        .catch(rethrow);
      unread = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []).flatMap((key) => key['pk']?.S ?? []);
      const found = new Map((answer.Responses?.[tableName] ?? []).map((item) => [item['pk']?.S, item]));
      for (const pk of asked.filter((pk) => !unread.includes(pk))) {
        const item = found.get(pk);
        rows.set(idOfPk.get(pk) ?? pk, item && toRow(item));
      }
    }
    return rows;
  }

  /** Answers the row that stood in the way, if the condition failed. */
  async function attempt(
    key: StateKey,
    { expression, condition, values }: Update,
  ): Promise<{ refusedBy?: StateRow }> {
    try {
      await client.send(
        new UpdateItemCommand({
          ...inputOf(tableName, key, { expression, condition, values }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { refusedBy: toRow(error.Item ?? {}) };
      return rethrow(error);
    }
  }

  async function update(key: StateKey, change: Update): Promise<CommitAnswer> {
    return (await attempt(key, change)).refusedBy ? 'superseded' : 'committed';
  }

  return {
    read,

    commitSynced: async (key, commit) => {
      const { refusedBy } = await attempt(key, {
        expression:
          'SET #v = :v, #h = :h, #mv = :mv, #st = :live, #at = :at' +
          (commit.ref === undefined ? '' : ', #ref = :ref') +
          (commit.customs === undefined ? '' : ', #cu = :cu') +
          (commit.fieldHashes === undefined ? '' : ', #fh = :fh') +
          (commit.recent === undefined ? '' : ', #ro = :ro') +
          (commit.gap ? ', #gp = :gp' : '') +
          ` REMOVE #ab, #wt, #sv${commit.keepsFailure ? '' : ', #err, #pv, #pw, #pf'}${commit.gap === 0 ? ', #gp' : ''}`,
        // `<=`, not `<`: a forced or re-mapped write at an unchanged version has to be remembered too.
        condition: notLinkedElsewhere(
          'attribute_not_exists(#pk) OR (#st <> :deleted AND #v <= :v)',
          commit.ref !== undefined,
        ),
        values: {
          ':v': { N: String(commit.version) },
          ':h': { S: commit.hash },
          ':mv': { N: String(commit.mapperVersion) },
          ':live': { S: 'L' },
          ':deleted': { S: 'D' },
          ':at': { N: String(seconds()) },
          ...(commit.ref !== undefined && { ':ref': { S: commit.ref } }),
          ...(commit.customs !== undefined && { ':cu': { S: JSON.stringify(commit.customs) } }),
          ...(commit.fieldHashes !== undefined && { ':fh': { S: commit.fieldHashes } }),
          ...recentValue(commit.recent),
          ...(commit.gap && { ':gp': { N: String(commit.gap) } }),
        },
      });
      if (!refusedBy) return 'committed';
      return refusedBy.status === 'live' && refusedBy.version <= commit.version ? 'relinked' : 'superseded';
    },

    commitDeleted: (key, { version, erased, recent }) =>
      update(key, {
        expression:
          `SET #st = :deleted, #v = :v, #er = :er, #at = :at, #ttl = :ttl${recent ? ', #ro = :ro' : ''}` +
          ` REMOVE #h, #mv, #fh, #gp, #err, #pv, #pw, #pf, #ab, #wt, #sk, #sv${erased ? ', #ref, #lk, #cu' : ''}`,
        condition: 'attribute_not_exists(#pk) OR #st <> :deleted OR (#er = :false AND :er = :true)',
        values: {
          ':deleted': { S: 'D' },
          ':v': { N: String(version) },
          ':er': { BOOL: erased },
          ':false': { BOOL: false },
          ':true': { BOOL: true },
          ':at': { N: String(seconds()) },
          ':ttl': { N: String(seconds() + options.tombstoneSeconds) },
          ...recentValue(recent),
        },
      }),

    markFailed: async (key, { version, code, field, wants, recent }) => {
      await update(key, {
        expression:
          `SET #err = :code, #pv = :pv, #v = if_not_exists(#v, :zero), #st = if_not_exists(#st, :live)${recent ? ', #ro = :ro' : ''}` +
          `${wants ? ', #pw = :pw' : ''}${field === undefined ? '' : ', #pf = :pf'}` +
          ` REMOVE #h, #wt${wants ? '' : ', #pw'}${field === undefined ? ', #pf' : ''}`,
        // An erasure that is still to be done can be set aside too: its commit has to know what to resolve.
        condition: 'attribute_not_exists(#pk) OR #st <> :deleted OR #er = :false',
        values: {
          ':code': { S: code },
          ':pv': { N: String(version) },
          ...(wants && { ':pw': { S: wants } }),
          ...(field !== undefined && { ':pf': { S: field } }),
          ':zero': { N: '0' },
          ':live': { S: 'L' },
          ':deleted': { S: 'D' },
          ':false': { BOOL: false },
          ...recentValue(recent),
        },
      });
    },

    noteMissing: async (key, { since, receives, messageId }) => {
      await update(key, {
        expression: 'SET #ab = :ab, #v = if_not_exists(#v, :zero), #st = if_not_exists(#st, :live)',
        condition: 'attribute_not_exists(#pk) OR #st <> :deleted',
        values: {
          ':ab': { S: [since, receives, messageId].join(' ') },
          ':zero': { N: '0' },
          ':live': { S: 'L' },
          ':deleted': { S: 'D' },
        },
      });
    },

    noteWaiting: async (key, { code, receives, until }) => {
      await update(key, {
        expression: 'SET #wt = :wt, #v = if_not_exists(#v, :zero), #st = if_not_exists(#st, :live)',
        condition: 'attribute_not_exists(#pk) OR #st <> :deleted',
        values: {
          ':wt': { S: [until, receives, code].join(' ') },
          ':zero': { N: '0' },
          ':live': { S: 'L' },
          ':deleted': { S: 'D' },
        },
      });
    },

    // The row and the list of those taken out, both or neither: commands of an operator, so they may cost more.
    setSkipped: async (key, isSkipped) => {
      const listed = { TableName: tableName, Key: itemKey(skippedItemKey(key)) };
      const entry: TransactWriteItem = isSkipped
        ? {
            Update: {
              ...listed,
              UpdateExpression: 'SET #since = if_not_exists(#since, :now)',
              ExpressionAttributeNames: { '#since': 'since' },
              ExpressionAttributeValues: { ':now': { N: String(clock()) } },
            },
          }
        : { Delete: listed };
      const change: Update = isSkipped
        ? {
            expression: 'SET #sk = :true, #v = if_not_exists(#v, :zero), #st = if_not_exists(#st, :live)',
            condition: 'attribute_not_exists(#pk) OR #st <> :deleted',
            values: {
              ...{ ':true': { BOOL: true }, ':zero': { N: '0' } },
              ...{ ':live': { S: 'L' }, ':deleted': { S: 'D' } },
            },
          }
        : { expression: 'REMOVE #sk', condition: 'attribute_exists(#pk)', values: {} };
      const command = new TransactWriteItemsCommand({
        TransactItems: [{ Update: inputOf(tableName, key, change) }, entry],
      });
      await client.send(command).catch((error: unknown) => {
        const reasons =
          error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
        if (!reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) rethrow(error);
      });
    },

    skipped: async (scope, { limit, after }) => {
      const page = await queryPage({ client, tableName }, { pk: skippedKey(scope), limit, after });
      return { ...page, items: page.items.map(toSkipped) };
    },

    noteSkipped: async (key, version) => {
      await update(key, {
        expression: 'SET #sv = :sv',
        condition: 'attribute_exists(#pk) AND #st <> :deleted AND (attribute_not_exists(#sv) OR #sv < :sv)',
        values: { ':sv': { N: String(version) }, ':deleted': { S: 'D' } },
      });
    },

    link: async (key, ref) => {
      const answer = await update(key, {
        expression:
          'SET #ref = :ref, #lk = :true, #v = if_not_exists(#v, :zero), #st = if_not_exists(#st, :live) REMOVE #h, #fh',
        condition: 'attribute_not_exists(#st) OR #st <> :deleted',
        values: {
          ':ref': { S: ref },
          ':true': { BOOL: true },
          ':zero': { N: '0' },
          ':live': { S: 'L' },
          ':deleted': { S: 'D' },
        },
      });
      if (answer === 'superseded') throw deletedRow();
    },

    forgetHash: async (key) => {
      await update(key, { expression: 'REMOVE #h', condition: 'attribute_exists(#pk)', values: {} });
    },

    reserveRef: async (key, ref) => {
      const { refusedBy } = await attempt(key, {
        expression: 'SET #ref = :ref, #v = if_not_exists(#v, :zero), #st = if_not_exists(#st, :live)',
        condition: notLinkedElsewhere('attribute_not_exists(#st) OR #st <> :deleted', true),
        values: {
          ':ref': { S: ref },
          ':zero': { N: '0' },
          ':live': { S: 'L' },
          ':deleted': { S: 'D' },
        },
      });
      if (refusedBy) throw refusedBy.status === 'deleted' ? deletedRow() : relinkedRow();
    },
  };
}

function inputOf(tableName: string, key: StateKey, { expression, condition, values }: Update) {
  const used = `${expression} ${condition}`;
  return {
    TableName: tableName,
    Key: itemKey(stateKey(key)),
    UpdateExpression: expression,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(
      Object.entries(names).filter(([alias]) => new RegExp(`${alias}\\b`).test(used)),
    ),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

function skippedItemKey(key: StateKey): ItemKey {
  return { pk: skippedKey(key), sk: resourceSortKey(key) };
}

function toSkipped(item: Values): Skipped {
  const [resourceType = '', id = ''] = (item['sk']?.S ?? '').split('#');
  return { resourceType, id, since: Number(item['since']?.N ?? 0) };
}

/** What an operator chose is not replaced by what was under way with another key, `:ref`. */
function notLinkedElsewhere(condition: string, hasRef: boolean): string {
  return hasRef ? `(${condition}) AND (attribute_not_exists(#lk) OR #ref = :ref)` : condition;
}

function toRow(item: Values): StateRow {
  const customs = item['customs']?.S;
  return {
    version: Number(item['v']?.N ?? 0),
    status: item['st']?.S === 'D' ? 'deleted' : 'live',
    ...(item['h']?.S !== undefined && { hash: item['h'].S }),
    ...(item['mv']?.N !== undefined && { mapperVersion: Number(item['mv'].N) }),
    ...(item['ref']?.S !== undefined && { ref: item['ref'].S }),
    ...(customs !== undefined && { customs: readCustoms(customs) }),
    ...(item['ab']?.S !== undefined && { missing: readMissing(item['ab'].S) }),
    ...(item['er']?.BOOL !== undefined && { erased: item['er'].BOOL }),
    ...(item['wt']?.S !== undefined && { waiting: readWaiting(item['wt'].S) }),
    ...(item['skip']?.BOOL === true && { isSkipped: true }),
    ...(item['sv']?.N !== undefined && { skippedVersion: Number(item['sv'].N) }),
    ...(item['lk']?.BOOL === true && { isLinked: true }),
    ...(item['err']?.S !== undefined && {
      failure: {
        code: item['err'].S,
        version: Number(item['pv']?.N ?? 0),
        ...(item['pf']?.S !== undefined && { field: item['pf'].S }),
        ...wantsOf(item['pw']?.S),
      },
    }),
    ...(item['ro']?.S !== undefined && { recent: readRecent(item['ro'].S) }),
    ...(item['fh']?.S !== undefined && { fieldHashes: item['fh'].S }),
    ...(item['gp']?.N !== undefined && { gap: Number(item['gp'].N) }),
    ...(item['at']?.N !== undefined && { at: Number(item['at'].N) }),
  };
}

function wantsOf(text: string | undefined): Pick<Failed, 'wants'> {
  return text === 'delete' || text === 'erasure' ? { wants: text } : {};
}

function recentValue(recent: readonly RecentOutcome[] | undefined): Values {
  return recent ? { ':ro': { S: writeRecent(recent) } } : {};
}

function readMissing(text: string): Missing {
  const [since, receives, messageId = ''] = text.split(' ');
  return { since: Number(since), receives: Number(receives), messageId };
}

function readWaiting(text: string): Waiting {
  const [until, receives, code = ''] = text.split(' ');
  return { until: Number(until), receives: Number(receives), code };
}

/** Customs that cannot be read are as good as none; they must not hold up the row. */
function readCustoms(text: string): Customs {
  const json = readJson(text);
  const value = 'value' in json ? json.value : undefined;
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Throttles, outages and lost answers of the table are all worth another try: every update is idempotent. */
function rethrow(error: unknown): never {
  const name = error instanceof Error ? error.name : 'Unknown';
  throw new ConnectorError(
    { failureClass: 'retry', code: `STATE_${name}` },
    `The state table did not answer: ${name}.`,
    { cause: error },
  );
}
