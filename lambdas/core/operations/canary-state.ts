import type { CareSettings } from '../base/care-settings.ts';
import type { CanaryState } from '../base/live-settings.ts';
import { isOver } from '../delivery/breaker.ts';
import type { StateRow } from '../delivery/ports/state-store.ts';

/** Periods after which a touch that did not arrive is late. */
const LATE_PERIODS = 2;

type Period = Pick<CareSettings, 'canaryMinutes'>;

/** Is there a touch whose arrival was not seen? */
export function isAwaited({ touchedAt, seenAt }: CanaryState): boolean {
  return touchedAt !== undefined && seenAt === undefined;
}

/** While one is awaited there is no further touch: it would hide how late the first one is. */
export function isTouchDue(state: CanaryState, now: number, { canaryMinutes }: Period): boolean {
  if (state.touchedAt === undefined) return true;
  return !isAwaited(state) && isOver(state.touchedAt, canaryMinutes * 60, now);
}

/**
 * The state after a look at the rows of the customer, one per handler: it arrived when every one has the version. The row knows
 * whole seconds, so the latency, in milliseconds, is exact to one.
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
