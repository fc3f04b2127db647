import * as z from 'zod';
import type { JsonObject } from '../../contract.ts';
import {
  type Created,
  document,
  flag,
  generatedName,
  ignored,
  type ResourceContext,
  request,
  resource,
} from '../resource.ts';

const file = 'dynamodb';
const keys = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const common = {
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keys,
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: flag }).optional(),
  ...ignored('SSESpecification'),
};
const index = { IndexName: z.string(), KeySchema: keys, Projection: document };
const recovery = z.strictObject({
  PointInTimeRecoveryEnabled: flag.optional(),
  ...ignored('RecoveryPeriodInDays'),
});

const globalTable = z.strictObject({
  ...common,
  GlobalSecondaryIndexes: z
    .array(z.strictObject({ ...index, ...ignored('WriteOnDemandThroughputSettings') }))
    .optional(),
  Replicas: z
    .array(
      z.strictObject({
        Region: z.string(),
        PointInTimeRecoverySpecification: recovery.optional(),
        ...ignored(
          'DeletionProtectionEnabled',
          'ContributorInsightsSpecification',
          'GlobalSecondaryIndexes',
          'ReadOnDemandThroughputSettings',
          'SSESpecification',
          'TableClass',
          'Tags',
        ),
      }),
    )
    .length(1, 'exactly one replica is supported'),
  ...ignored('WriteOnDemandThroughputSettings', 'WarmThroughput'),
});
const table = z.strictObject({
  ...common,
  GlobalSecondaryIndexes: z.array(z.strictObject({ ...index, ...ignored('OnDemandThroughput') })).optional(),
  PointInTimeRecoverySpecification: recovery.optional(),
  ...ignored('DeletionProtectionEnabled', 'OnDemandThroughput', 'TableClass', 'Tags', 'WarmThroughput'),
});

type TableProperties = Omit<z.output<typeof table>, 'TableName'> & { TableName?: string | undefined };

async function createTable(properties: TableProperties, context: ResourceContext): Promise<Created> {
  const TableName = properties.TableName ?? generatedName(context, 255);
  await context.call(
    'dynamodb',
    'CreateTable',
    request({
      TableName,
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      BillingMode: properties.BillingMode ?? 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map(
        ({ IndexName, KeySchema, Projection }): JsonObject => ({ IndexName, KeySchema, Projection }),
      ),
    }),
  );
  if (properties.TimeToLiveSpecification)
    await context.call('dynamodb', 'UpdateTimeToLive', {
      TableName,
      TimeToLiveSpecification: properties.TimeToLiveSpecification,
    });
  if (properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled)
    await context.call('dynamodb', 'UpdateContinuousBackups', {
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  const arn = `arn:aws:dynamodb:${context.region}:${context.accountId}:table/${TableName}`;
  return { physicalId: TableName, attributes: { Arn: arn } };
}

export const dynamodb = [
  resource({ type: 'AWS::DynamoDB::Table', file, properties: table }, createTable),
  // The CDK construct TableV2 synthesizes this type. Its replica holds the regional settings.
  resource(
    { type: 'AWS::DynamoDB::GlobalTable', file, properties: globalTable },
    ({ Replicas, ...properties }, context) =>
      createTable(
        { ...properties, PointInTimeRecoverySpecification: Replicas[0]?.PointInTimeRecoverySpecification },
        context,
      ),
  ),
];
