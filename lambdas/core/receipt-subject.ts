import { textHash } from './hash.ts';
import type { StateKey } from './ports/state-store.ts';

/** What an erasure receipt is found by: whoever knows the id can ask for it, and nothing leads from it back to the id. */
export function receiptSubject({ projectKey, resourceType, id }: Omit<StateKey, 'handlerId'>): string {
  return textHash([projectKey, resourceType, id].join('|'));
}
