import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Setting, SettingsStore } from '../../core/base/ports/settings-store.ts';
import { readSetting, type SettingKind, settingsOver, settingText } from '../../core/base/setting-kinds.ts';
import { itemKey, settingsKey } from './table-keys.ts';

export interface DynamoDbSettingsStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly projectKey: string;
  /** Told the name of a stored value that cannot be read; the default is used in its place, and the next write mends it. */
  readonly onUnreadable?: (name: string) => void;
}

/** Live settings as items of the table, one each: the value as JSON and the revision that a write must name. */
export function createDynamoDbSettingsStore(options: DynamoDbSettingsStoreOptions): SettingsStore {
  const { client, tableName, projectKey, onUnreadable } = options;

  function open<T>(kind: SettingKind<T>): Setting<T> {
    const key = itemKey({ pk: settingsKey(projectKey), sk: kind.name });
    return {
      async read() {
        const command = new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true });
        const { Item: item } = await client.send(command).catch(rethrow);
        if (!item) return { value: kind.fallback, revision: 0 };
        const { value, isReadable } = readSetting(kind, item['value']?.S ?? '');
        if (!isReadable) onUnreadable?.(kind.name);
        return { value, revision: Number(item['rev']?.N ?? 0) };
      },

      async write(value, revision) {
        const command = new PutItemCommand({
          TableName: tableName,
          Item: { ...key, value: { S: settingText(value) }, rev: { N: String(revision + 1) } },
          // 0 stands for "nothing is stored", and for an item without a revision that somebody put there by hand.
          ConditionExpression: revision === 0 ? 'attribute_not_exists(#rev)' : '#rev = :rev',
          ExpressionAttributeNames: { '#rev': 'rev' },
          ...(revision > 0 && { ExpressionAttributeValues: { ':rev': { N: String(revision) } } }),
        });
        try {
          await client.send(command);
          return 'written';
        } catch (error) {
          if (error instanceof ConditionalCheckFailedException) return 'conflict';
          return rethrow(error);
        }
      },
    };
  }

  return settingsOver(open);
}

function rethrow(error: unknown): never {
  const name = error instanceof Error ? error.name : 'Unknown';
  throw new ConnectorError(
    { failureClass: 'retry', code: `STATE_${name}` },
    `The table did not answer about a live setting: ${name}.`,
    { cause: error },
  );
}
