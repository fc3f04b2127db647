import { textHash } from '../base/hash.ts';
import type { DeadLetterRecord } from './ports/work-queue.ts';

/**
 * What a FIFO dead-letter queue may swallow within five minutes: the same copy sent again after a lost answer. All of the
 * record counts: the group that comes back may hold a delete or an erasure that came to it since.
 */
export function deadLetterId(record: DeadLetterRecord): string {
  return textHash(JSON.stringify(record));
}
