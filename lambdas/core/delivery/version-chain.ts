import type { StateRow } from './ports/state-store.ts';
import type { Work } from './protocol.ts';

/**
 * Each change names the version before it. One that is newer than what the row holds was announced by a notification that
 * was never seen, or not yet: the rate of lost events, without a store of its own. Judged only of a resource that was synced
 * before: what happened ahead of that was nobody's loss.
 */
export function gapOf({ event }: Work, row: StateRow | undefined): number | undefined {
  const { oldVersion } = event;
  if (oldVersion === undefined || row?.status !== 'live' || row.version === 0) return undefined;
  return oldVersion > row.version ? oldVersion : undefined;
}

/** What a commit stores: the new gap; 0 ends an old one, whose notification had time enough. */
export function gapToStore(gap: number | undefined, row: StateRow | undefined): { readonly gap?: number } {
  if (gap !== undefined) return { gap };
  return row?.gap === undefined ? {} : { gap: 0 };
}

/** The notification that was missed came after all. */
export function isLateArrival({ event }: Work, row: StateRow | undefined): boolean {
  return event.runId === undefined && row?.gap !== undefined && event.version === row.gap;
}
