import * as z from 'zod/mini';
import { resourceId } from '../../core/delivery/notification.ts';

/** Shapes that several operations share. Times are milliseconds since the epoch. */

export const handler = z._default(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,63}$/)), 'customer');
export const runId = z.string().check(z.regex(/^[0-9a-f-]{36}$/));
export const ids = z.array(resourceId).check(z.minLength(1), z.maxLength(100));
export const ratePerSecond = z.optional(z.number().check(z.gt(0), z.lte(10_000)));
export const time = z.int();
export const count = z.int();
export const text = z.string();

export const nothing = z.object({});
export const done = z.object({ done: z.literal(true), note: z.optional(text) });

/** How many items one page holds, and where the next page begins. */
export const page = (most: number, usual: number) => ({
  limit: z._default(count.check(z.gte(1), z.lte(most)), usual),
  cursor: z.optional(text.check(z.maxLength(2_000))),
});
