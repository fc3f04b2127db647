import type { Setting, SettingsStore } from '../../lambdas/core/base/ports/settings-store.ts';
import {
  readSetting,
  type SettingKind,
  settingsOver,
  settingText,
} from '../../lambdas/core/base/setting-kinds.ts';

/** Live settings in memory, with the revisions of the table; passes the same contract suite. */
export function createMemorySettingsStore(): SettingsStore {
  const stored = new Map<string, { text: string; revision: number }>();

  function open<T>(kind: SettingKind<T>): Setting<T> {
    return {
      async read() {
        const item = stored.get(kind.name);
        if (!item) return { value: kind.fallback, revision: 0 };
        return { value: readSetting(kind, item.text).value, revision: item.revision };
      },

      async write(value, revision) {
        if ((stored.get(kind.name)?.revision ?? 0) !== revision) return 'conflict';
        stored.set(kind.name, { text: settingText(value), revision: revision + 1 });
        return 'written';
      },
    };
  }

  return settingsOver(open);
}
