import * as z from 'zod/mini';

const count = z.int().check(z.gte(1));

/** Settings of the run feeder. */
export const runSettings = z.object({
  /** A page is sent only while fewer messages than this wait in the handler's queue, which limits the delay of live changes. */
  topUpBelow: z._default(count, 500),
  pageSize: z._default(count.check(z.lte(500)), 500),
  /** Pause before the next check of a full queue, and longest pause before the next check for the last outcomes. */
  waitSeconds: z._default(count.check(z.lte(900)), 15),
  /** After its last page a run waits at most this long for outcomes; then it is finished. */
  settleSeconds: z._default(z.int().check(z.nonnegative()), 900),
  /** A window begins this long before the watermark, because commercetools may list a change late. */
  overlapSeconds: z._default(z.int().check(z.nonnegative()), 600),
  /** A reconcile does not count a younger change as a lost event: it may still be on its way. */
  recentSeconds: z._default(z.int().check(z.nonnegative()), 60),
  /** Largest number of pages of one run; stops a run that would never end. */
  maxPages: z._default(count, 100_000),
  /** A sweep that would delete more than this share of the checked sync records deletes nothing. */
  sweepCap: z._default(z.number().check(z.gte(0), z.lte(1)), 0.01),
  /** A hook that fails longer than this fails its run. */
  hookSeconds: z._default(count, 3_600),
  /** A run without progress for this long has lost its queue message; the caretaker sends another. */
  stuckSeconds: z._default(count, 300),
});
export type RunSettings = z.infer<typeof runSettings>;
