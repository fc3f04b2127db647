import type { EventPublisher, PublishEntry } from '../../lambdas/core/delivery/ports/event-publisher.ts';
import type { Dispatch, HandlerQueues } from '../../lambdas/core/delivery/ports/handler-queues.ts';
import type {
  DeadLetterRecord,
  DeadLetters,
  WorkQueue,
} from '../../lambdas/core/delivery/ports/work-queue.ts';

export function createMemoryWorkQueue(): WorkQueue & { readonly hidden: Map<string, number> } {
  const hidden = new Map<string, number>();
  return {
    hidden,
    async changeVisibility(receiptHandles, seconds) {
      for (const handle of receiptHandles) hidden.set(handle, seconds);
    },
  };
}

export function createMemoryDeadLetters(): DeadLetters & { readonly copies: DeadLetterRecord[] } {
  const copies: DeadLetterRecord[] = [];
  return {
    copies,
    async send(record) {
      copies.push(record);
    },
  };
}

/** `refuses`: typeIds that the bus does not accept. */
export function createMemoryPublisher(
  refuses: ReadonlySet<string> = new Set(),
): EventPublisher & { readonly entries: PublishEntry[] } {
  const entries: PublishEntry[] = [];
  return {
    entries,
    async publish(list) {
      entries.push(...list.filter(({ typeId }) => !refuses.has(typeId)));
      return new Set(list.flatMap(({ typeId }, index) => (refuses.has(typeId) ? [index] : [])));
    },
  };
}

/** `refuses`: handlers whose queue does not accept messages. */
export function createMemoryHandlerQueues(
  refuses: ReadonlySet<string> = new Set(),
): HandlerQueues & { readonly sent: Dispatch[] } {
  const sent: Dispatch[] = [];
  return {
    sent,
    async send(list) {
      sent.push(...list.filter(({ handler }) => !refuses.has(handler)));
      return new Set(list.flatMap(({ handler }, index) => (refuses.has(handler) ? [index] : [])));
    },
  };
}
