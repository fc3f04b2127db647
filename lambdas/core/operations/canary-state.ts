import type { CareSettings } from '../base/care-settings.ts';
import type { CanaryState } from '../base/live-settings.ts';
import { isOver } from '../delivery/breaker.ts';
import type { StateRow } from '../delivery/ports/state-store.ts';

/** A touch is late if it has not arrived after this many periods. */
const LATE_PERIODS = 2;

type Period = Pick<CareSettings, 'canaryMinutes'>;

/** Has the last touch not arrived yet? */
export function isAwaited({ touchedAt, seenAt }: CanaryState): boolean {
  return touchedAt !== undefined && seenAt === undefined;
}

/** Not while a touch is awaited: a second one would hide how late the first one is. */
export function isTouchDue(state: CanaryState, now: number, { canaryMinutes }: Period): boolean {
  if (state.touchedAt === undefined) return true;
  return !isAwaited(state) && isOver(state.touchedAt, canaryMinutes * 60, now);
}

/**
 * The touch has arrived when the sync record of every handler has its version. A sync record stores whole
 * seconds, so the latency, in milliseconds, is exact to one second.
 */
export function afterCanaryCheck(state: CanaryState, rows: readonly (StateRow | undefined)[]): CanaryState {
  const { touchedAt, version, seenAt: wasSeenAt } = state;
  if (touchedAt === undefined || version === undefined || wasSeenAt !== undefined) return state;
  if (!rows.every((row) => row !== undefined && row.version >= version)) return state;
  const seenAt = Math.max(touchedAt, ...rows.map((row) => (row?.at ?? 0) * 1_000));
  return { ...state, seenAt, latencyMs: seenAt - touchedAt };
}

export function isLate(state: CanaryState, now: number, { canaryMinutes }: Period): boolean {
  const { touchedAt } = state;
  return (
    isAwaited(state) && touchedAt !== undefined && isOver(touchedAt, LATE_PERIODS * canaryMinutes * 60, now)
  );
}
