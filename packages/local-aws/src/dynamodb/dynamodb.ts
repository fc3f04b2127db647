import { lastSegment } from '../arns.ts';
import { AwsError, type JsonObject, type Service } from '../contract.ts';
import { isObject, object, optionalText, text, unknownOperation } from '../fields.ts';
import { type DynaliteCore, startDynaliteCore } from './dynalite-core.ts';
import { keyOf } from './table-keys.ts';
import { TableSettings } from './table-settings.ts';
import { TimeToLive } from './time-to-live.ts';
import { Transactions } from './transactions.ts';

export interface DynamoDb extends Service {
  /** Deletes expired items and returns their number. */
  sweepExpired(): Promise<number>;
}

const tableOperations = [
  'DescribeTable',
  'DeleteTable',
  'ListTables',
  'UpdateTable',
  'TagResource',
  'UntagResource',
  'ListTagsOfResource',
];
const itemOperations = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchGetItem',
  'BatchWriteItem',
  'Query',
  'Scan',
];

/** AWS accepts 32-bit integers; dynalite accepts any number. */
const LARGEST_LIMIT = 2 ** 31 - 1;

function checkLimit({ Limit: limit }: JsonObject): void {
  if (
    limit === undefined ||
    (Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= LARGEST_LIMIT)
  )
    return;
  throw new AwsError('ValidationException', `Limit must be an integer from 1 to ${LARGEST_LIMIT}.`);
}

/**
 * The `dynamodb` service: dynalite with old items in failed conditions, time to live, backup settings and
 * transactions. Every request asks for the consumed capacity, because the gateway sums it.
 */
export function createDynamoDb(place: { region: string; accountId: string }): DynamoDb {
  const core = startDynaliteCore(place);
  const settings = new TableSettings(core);
  const timeToLive = new TimeToLive(core);
  const transactions = new Transactions(core);

  async function handle(operation: string, incoming: JsonObject): Promise<JsonObject> {
    const input = withTableName(incoming);
    if (itemOperations.includes(operation)) {
      checkLimit(input);
      return transactions.runOutside(() =>
        withOldItem(core, operation, { ...input, ReturnConsumedCapacity: 'TOTAL' }),
      );
    }
    switch (operation) {
      case 'CreateTable':
        return settings.create(input);
      case 'DescribeTable':
        return settings.describe(input);
      case 'UpdateContinuousBackups':
        return settings.updateBackups(input);
      case 'DescribeContinuousBackups':
        return settings.describeBackups(input);
      case 'UpdateTimeToLive':
        return timeToLive.update(input);
      case 'DescribeTimeToLive':
        return timeToLive.describe(input);
      case 'TransactWriteItems':
        return transactions.write(input);
      case 'TransactGetItems':
        return transactions.read(input);
    }
    if (tableOperations.includes(operation)) return core.send(operation, input);
    throw unknownOperation('dynamodb', operation);
  }

  return {
    handle: ({ operation, input }) => handle(operation, input),
    sweepExpired: () => timeToLive.sweep(),
  };
}

/** AWS accepts the ARN of a table wherever it accepts the name. */
function withTableName(input: JsonObject): JsonObject {
  const table = optionalText(input, 'TableName');
  return table === undefined ? input : { ...input, TableName: lastSegment(table) };
}

/**
 * Adds the old item to the error of a failed condition when ReturnValuesOnConditionCheckFailure asks for it.
 * It is read after the failure, so unlike on AWS it may already include a later write.
 */
export async function withOldItem(
  core: DynaliteCore,
  operation: string,
  incoming: JsonObject,
): Promise<JsonObject> {
  const { ReturnValuesOnConditionCheckFailure: wanted, ...input } = incoming;
  try {
    return await core.send(operation, input);
  } catch (error) {
    const failed = error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
    if (!failed || wanted !== 'ALL_OLD') throw error;
    const Item = await readOldItem(core, operation, input);
    throw new AwsError(error.code, error.message, { members: Item ? { Item } : {} });
  }
}

async function readOldItem(
  core: DynaliteCore,
  operation: string,
  input: JsonObject,
): Promise<JsonObject | undefined> {
  const TableName = text(input, 'TableName');
  const Key =
    operation === 'PutItem' ? await keyOf(core, TableName, object(input, 'Item')) : object(input, 'Key');
  const { Item } = await core.send('GetItem', { TableName, Key, ConsistentRead: true });
  return isObject(Item) ? Item : undefined;
}
