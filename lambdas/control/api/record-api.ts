import * as z from 'zod/mini';
import { resourceId } from '../../core/delivery/notification.ts';
import { count, done, handler, ids, page, text, time } from './api-shapes.ts';
import { change, read } from './operation-definition.ts';

const receipt = z.object({
  subject: text,
  erasedAt: time,
  how: text,
  traceId: text,
  incomplete: z.array(text),
  /** When the last copy was deleted from the dead-letter queues. */
  copiesGoneAt: z.optional(time),
});

export const recordApi = {
  /**
   * Sends the changes recorded in Prepare mode, and includes excluded customers again. Without ids: every
   * recorded change except those of excluded customers. `unknown`: requested ids that are neither recorded
   * nor excluded.
   */
  'record.process': change({
    input: z.object({ handler, ids: z.optional(ids) }),
    output: z.object({ sent: count, left: count, unknown: z.optional(z.array(text)) }),
    audited: ['handler', 'ids'],
  }),
  /** Customers excluded by an operator (`skipped`), or recorded in Prepare mode (`recorded`). */
  'record.list': read({
    input: z.object({ ...page(1_000, 500), handler, class: z.enum(['skipped', 'recorded']) }),
    output: z.object({
      records: z.array(
        z.object({ id: text, since: time, version: z.optional(count), kind: z.optional(text) }),
      ),
      next: z.optional(text),
    }),
    audited: ['handler', 'class'],
  }),
  'record.skip': change({
    input: z.object({ handler, ids }),
    output: z.object({ skipped: count }),
    audited: ['handler', 'ids'],
  }),
  /** `username`: of the Fluent customer. */
  'record.link': change({
    input: z.object({ handler, id: resourceId, username: text.check(z.minLength(1), z.maxLength(255)) }),
    output: done,
    audited: ['handler', 'id'],
  }),
  /**
   * `evenIfPresent`: erase although commercetools still has the customer; later changes are not synced while
   * the sync record of the erasure is kept. `evenIfUnknown`: search the dead-letter queues although no system
   * knows the customer.
   */
  'record.erase': change({
    input: z.object({
      handler,
      id: resourceId,
      evenIfPresent: z._default(z.boolean(), false),
      evenIfUnknown: z._default(z.boolean(), false),
    }),
    output: z.object({ subject: text, requestId: text }),
    audited: ['handler', 'id', 'evenIfPresent', 'evenIfUnknown'],
  }),
  'record.receipt': read({
    input: z.object({ handler, id: resourceId }),
    output: z.object({ receipt: z.optional(receipt) }),
    audited: ['handler', 'id'],
  }),
};
