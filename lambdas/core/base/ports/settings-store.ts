import type {
  CanaryState,
  HandlerSwitches,
  Intake,
  Schedule,
  ScheduleName,
  Watch,
  Watermark,
  WatermarkKind,
} from '../live-settings.ts';

/** Value and the revision it was read at; a write needs the revision, so that two writers cannot undo each other. */
export interface Versioned<T> {
  readonly value: T;
  /** 0 = nothing is stored, the value is the default. */
  readonly revision: number;
}

export interface Setting<T> {
  read(): Promise<Versioned<T>>;
  /** `conflict`: the setting was written after that revision; read it again. */
  write(value: T, revision: number): Promise<'written' | 'conflict'>;
}

/** Live settings. Every method throws a ConnectorError of class `retry` when the store cannot answer. */
export interface SettingsStore {
  handler(handlerId: string): Setting<HandlerSwitches>;
  intake(): Setting<Intake>;
  schedule(name: ScheduleName, handlerId: string): Setting<Schedule | undefined>;
  watch(): Setting<Watch>;
  canary(): Setting<CanaryState>;
  watermark(kind: WatermarkKind, handlerId: string): Setting<Watermark | undefined>;
}
