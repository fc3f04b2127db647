import type { Setting, SettingsStore } from '../../../../lambdas/core/base/ports/settings-store.ts';
import type { TableCalls } from './table-calls.ts';

/** Live settings of one invocation: the memory adapter, whose revisions the contract suite proves, with faults. */
export function settingsStoreOf(calls: TableCalls, store: SettingsStore): SettingsStore {
  const under = <T>(name: string, setting: Setting<T>): Setting<T> => ({
    read: () => calls.read(`read ${name}`, () => setting.read()),
    write: (value, revision) => calls.write(`write ${name}`, () => setting.write(value, revision)),
  });
  return {
    handler: (handlerId) => under('switches', store.handler(handlerId)),
    intake: () => under('intake', store.intake()),
    schedule: (name, handlerId) => under('schedule', store.schedule(name, handlerId)),
    watch: () => under('watch', store.watch()),
    canary: () => under('canary', store.canary()),
    watermark: (kind, handlerId) => under('watermark', store.watermark(kind, handlerId)),
  };
}
