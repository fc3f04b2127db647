import { textHash } from '../../core/base/hash.ts';
import type { DeadLetters } from '../../core/delivery/ports/work-queue.ts';
import { type Observer, recordOutcome } from './counted-outcomes.ts';
import type { QueueRecord } from './queue-record.ts';

/**
 * Dead-letters a message that cannot be read, on its first receive. The copy has its size and hash but not its content, which may be
 * personal data. The original can be replayed from the archive of the bus.
 *
 * @returns the record if the copy could not be sent, so that it is retried.
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
