import { textHash } from '../../core/base/hash.ts';
import type { DeadLetters } from '../../core/delivery/ports/work-queue.ts';
import { type Observer, recordOutcome } from './counted-outcomes.ts';
import type { QueueRecord } from './queue-record.ts';

/**
 * Sets aside a message that cannot be read, at first sight: what it was is told by its size and hash, its content is
 * left out, because nobody knows what it holds. The original can be replayed from the archive of the bus.
 *
 * @returns the record if it could not be set aside and has to come back.
 */
export async function deadLetterBadInput(
  ports: Observer & { readonly deadLetters: DeadLetters },
  record: QueueRecord,
  reason: string,
): Promise<readonly QueueRecord[]> {
  const { messageId, body } = record;
  try {
    await ports.deadLetters.send(
      { messageId, reason, bytes: Buffer.byteLength(body), sha256: textHash(body) },
      messageId,
    );
  } catch {
    return [record];
  }
  ports.metrics.count('Received');
  recordOutcome(ports, { outcome: 'failed', reason, traceId: messageId });
  return [];
}
