import * as z from 'zod/mini';

const count = z.int().check(z.gte(1));

/** How runs feed and how the connector looks after itself. Times in seconds unless said otherwise. */
export const runSettings = z.object({
  /** A page is put into the queue only while fewer messages than this wait there: live changes stay that close behind. */
  topUpBelow: z._default(count, 500),
  pageSize: z._default(count.check(z.lte(500)), 500),
  /** Pause between two looks at a queue that is full, and between two looks for the last outcomes. */
  waitSeconds: z._default(count.check(z.lte(900)), 15),
  /** After the last page was sent, a run waits this long for its last outcomes before it is called finished. */
  settleSeconds: z._default(z.int().check(z.nonnegative()), 900),
  /** Windows begin this long before the watermark: commercetools may show a change late. */
  overlapSeconds: z._default(z.int().check(z.nonnegative()), 600),
  /** A change younger than this may still be on its way: a reconcile reports and queues it, and does not count it as lost. */
  recentSeconds: z._default(z.int().check(z.nonnegative()), 60),
  /** Pages that one run may send at most: the guard of the loop. */
  maxPages: z._default(count, 100_000),
  /** Customers that a sweep may delete, as a share of the rows it looked at; beyond it, it stops and reports. */
  sweepCap: z._default(z.number().check(z.gte(0), z.lte(1)), 0.01),
  /** A hook that fails for longer than this fails its run. */
  hookSeconds: z._default(count, 3_600),
  /** An open run without a sign of life for this long has lost its tick; the caretaker sends another. */
  stuckSeconds: z._default(count, 300),
});
export type RunSettings = z.infer<typeof runSettings>;
