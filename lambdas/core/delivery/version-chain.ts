import type { StateRow } from './ports/state-store.ts';
import type { Work } from './protocol.ts';

/**
 * Each change names the version before it. If that is newer than the confirmed version, its own notification is missing or late.
 * Only for resources that were synced before: earlier changes are no loss.
 */
export function gapOf({ event }: Work, row: StateRow | undefined): number | undefined {
  const { oldVersion } = event;
  if (oldVersion === undefined || row?.status !== 'live' || row.version === 0) return undefined;
  return oldVersion > row.version ? oldVersion : undefined;
}

/** The gap that a commit stores; 0 removes an old one, whose notification is late enough to count as lost. */
export function gapToStore(gap: number | undefined, row: StateRow | undefined): { readonly gap?: number } {
  if (gap !== undefined) return { gap };
  return row?.gap === undefined ? {} : { gap: 0 };
}

/** Is this the notification that was missing? */
export function isLateArrival({ event }: Work, row: StateRow | undefined): boolean {
  return event.runId === undefined && row?.gap !== undefined && event.version === row.gap;
}
