import { textHash } from '../base/hash.ts';
import type { DeadLetterRecord } from './ports/work-queue.ts';

/**
 * Deduplication id of a dead-letter copy: drops the same copy sent again after a lost answer. It covers the whole record, because
 * a retried group may have got a delete or an erasure since.
 */
export function deadLetterId(record: DeadLetterRecord): string {
  return textHash(JSON.stringify(record));
}
