import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Setting, SettingsStore } from '../../core/base/ports/settings-store.ts';
import { readSetting, type SettingKind, settingsOver, settingText } from '../../core/base/setting-kinds.ts';
import { conditionInput, orRefused } from './conditional-write.ts';
import { number, numberOf, type Table, text, textOf } from './table.ts';
import { itemKey, settingsKey } from './table-keys.ts';
import { readItem } from './table-read.ts';

export interface DynamoDbSettingsStoreOptions extends Table {
  readonly projectKey: string;
  /** Receives the name of a stored value that is unreadable. The default is used instead, and the next write replaces it. */
  readonly onUnreadable?: (name: string) => void;
}

/** Live settings, one item each: the value as JSON, and the revision that a write must name. */
export function createDynamoDbSettingsStore(table: DynamoDbSettingsStoreOptions): SettingsStore {
  function open<T>(kind: SettingKind<T>): Setting<T> {
    const key = { pk: settingsKey(table.projectKey), sk: kind.name };
    return {
      async read() {
        const item = await readItem(table, key);
        if (!item) return { value: kind.fallback, revision: 0 };
        const { value, isReadable } = readSetting(kind, textOf(item, 'value'));
        if (!isReadable) table.onUnreadable?.(kind.name);
        return { value, revision: numberOf(item, 'rev') };
      },

      async write(value, revision) {
        // Revision 0 means that nothing is stored, or an item without a revision that was put there by hand.
        const condition = revision === 0 ? 'attribute_not_exists(#rev)' : '#rev = :rev';
        const command = new PutItemCommand({
          TableName: table.tableName,
          Item: { ...itemKey(key), value: text(settingText(value)), rev: number(revision + 1) },
          ...conditionInput({ condition, values: { rev: number(revision) } }),
        });
        return (await orRefused(table.client.send(command))).refusedBy ? 'conflict' : 'written';
      },
    };
  }

  return settingsOver(open);
}
