import * as z from 'zod/mini';
import { readJson } from './json.ts';
import {
  canaryState,
  handlerSwitches,
  intake,
  schedule,
  scheduleName,
  watch,
  watermark,
  watermarkKinds,
} from './live-settings.ts';
import type { Setting, SettingsStore } from './ports/settings-store.ts';

/** One live setting: its stored name, its schema, and its value while nothing is stored. */
export interface SettingKind<T> {
  readonly name: string;
  readonly schema: z.ZodMiniType<T>;
  readonly fallback: T;
}

/** The settings store on top of any store of texts by name. */
export function settingsOver(open: <T>(kind: SettingKind<T>) => Setting<T>): SettingsStore {
  return {
    handler: (id) =>
      open({ name: `handler/${id}`, schema: handlerSwitches, fallback: handlerSwitches.parse({}) }),
    intake: () => open({ name: 'intake', schema: intake, fallback: {} }),
    schedule: (name, id) =>
      open({
        name: `schedule/${scheduleName.parse(name)}/${id}`,
        schema: z.optional(schedule),
        fallback: undefined,
      }),
    watch: () => open({ name: 'watch', schema: watch, fallback: watch.parse({ status: 'Unknown' }) }),
    canary: () => open({ name: 'canary', schema: canaryState, fallback: {} }),
    watermark: (kind, id) =>
      open({
        name: `watermark/${z.enum(watermarkKinds).parse(kind)}/${id}`,
        schema: z.optional(watermark),
        fallback: undefined,
      }),
  };
}

export function settingText(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value);
}

/** Falls back to the default if the stored value is not valid: the connector must keep running. */
export function readSetting<T>(kind: SettingKind<T>, text: string): { value: T; isReadable: boolean } {
  const json = readJson(text);
  const stored = 'value' in json ? (json.value ?? kind.fallback) : undefined;
  const read = 'value' in json ? kind.schema.safeParse(stored) : undefined;
  return read?.success ? { value: read.data, isReadable: true } : { value: kind.fallback, isReadable: false };
}
