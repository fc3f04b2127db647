import { textHash } from '../base/hash.ts';
import type { StateKey } from './ports/state-store.ts';

/** Key of an erasure receipt, one per handler. It can be computed from the id, but the id cannot be computed from it. */
export function receiptSubject({ handlerId, projectKey, resourceType, id }: StateKey): string {
  return textHash([handlerId, projectKey, resourceType, id].join('|'));
}
