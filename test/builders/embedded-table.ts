import {
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  CreateTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { type LocalAws, startLocalAws } from '@fluent-connector/local-aws';

export interface EmbeddedTable {
  readonly aws: LocalAws;
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** The next `times` requests that name such a key answer it as unprocessed, as a throttled table does. */
  leaveUnread(isUnread: (pk: string) => boolean, times: number): void;
  stop(): Promise<void>;
}

/** A table like that of the stack, on the embedded DynamoDB, with a real client. */
export async function startEmbeddedTable(): Promise<EmbeddedTable> {
  const aws = await startLocalAws({ region: 'eu-central-1' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: aws.gateway.url, region: 'eu-central-1', credentials });
  const tableName = 'state';
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
  let unread = { is: (_pk: string): boolean => false, times: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const { RequestItems } = args.input as BatchGetItemCommandInput;
      const asked = RequestItems?.[tableName]?.Keys ?? [];
      const left = unread.times > 0 ? asked.filter(({ pk }) => unread.is(pk?.S ?? '')) : [];
      if (left.length === 0) return next(args);
      unread = { ...unread, times: unread.times - 1 };
      const Keys = asked.filter((key) => !left.includes(key));
      // A request without keys is an error of its own.
      const { response, output } =
        Keys.length > 0
          ? await next({ ...args, input: { RequestItems: { [tableName]: { Keys, ConsistentRead: true } } } })
          : { response: undefined, output: { $metadata: {} } };
      const answer: BatchGetItemCommandOutput = {
        ...(output as BatchGetItemCommandOutput),
        UnprocessedKeys: { [tableName]: { Keys: left } },
      };
      return { response, output: answer };
    },
    { step: 'initialize' },
  );
  return {
    aws,
    client,
    tableName,
    leaveUnread(is, times) {
      unread = { is, times };
    },
    async stop() {
      client.destroy();
      await aws.stop();
    },
  };
}
