import { textHash } from '../base/hash.ts';
import type { StateKey } from './ports/state-store.ts';

/**
 * What an erasure receipt is found by: whoever knows the id can ask for it, and nothing leads from it back to the id. Each handler
 * that erases leaves its own.
 */
export function receiptSubject({ handlerId, projectKey, resourceType, id }: StateKey): string {
  return textHash([handlerId, projectKey, resourceType, id].join('|'));
}
