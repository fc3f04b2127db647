import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbErasedStore } from '../adapters/aws/dynamodb-erased-store.ts';
import { createDynamoDbFailureStore } from '../adapters/aws/dynamodb-failure-store.ts';
import { createDynamoDbPendingStore } from '../adapters/aws/dynamodb-pending-store.ts';
import { createDynamoDbReceiptStore } from '../adapters/aws/dynamodb-receipt-store.ts';
import { createDynamoDbRunEntries } from '../adapters/aws/dynamodb-run-entries.ts';
import { createDynamoDbSettingsStore } from '../adapters/aws/dynamodb-settings-store.ts';
import { createDynamoDbStateStore } from '../adapters/aws/dynamodb-state-store.ts';
import type { Clock } from '../core/base/ports/clock.ts';
import type { DeliverySettings } from '../core/delivery/delivery-settings.ts';
import type { ResourceHandlerEnv } from '../handlers/env.ts';

/** All that a handler keeps in the one table. */
export function createHandlerStores({
  client,
  env,
  delivery,
  clock,
}: {
  client: DynamoDBClient;
  env: Pick<ResourceHandlerEnv, 'TABLE_NAME' | 'PROJECT_KEY' | 'HANDLER_ID'>;
  delivery: Pick<DeliverySettings, 'tombstoneSeconds'>;
  clock: Clock;
}) {
  const table = { client, tableName: env.TABLE_NAME, projectKey: env.PROJECT_KEY, clock };
  const { tombstoneSeconds } = delivery;
  return {
    store: createDynamoDbStateStore({ ...table, tombstoneSeconds }),
    failures: createDynamoDbFailureStore(table),
    pending: createDynamoDbPendingStore(table),
    receipts: createDynamoDbReceiptStore(table),
    erased: createDynamoDbErasedStore(table),
    runs: createDynamoDbRunEntries(table),
    switchSetting: createDynamoDbSettingsStore(table).handler(env.HANDLER_ID),
  };
}
