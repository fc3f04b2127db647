import * as z from 'zod/mini';
import { count, handler, text, time } from './api-shapes.ts';
import { change } from './operation-definition.ts';
import { shownRun } from './run-api.ts';

const mode = z.enum(['process', 'prepare']);

export const shownHandler = z.object({
  handler: text,
  state: z.enum(['running', 'paused', 'breaker-open', 'breaker-half-open']),
  mode,
  isConsuming: z.boolean(),
  pausedSince: z.optional(time),
  pausedBy: z.optional(text),
  breaker: z.optional(z.object({ state: text, since: time, code: text })),
  /** The last refused credential, permission or setting, and what the code means. */
  trouble: z.optional(z.object({ code: text, at: time, meaning: z.optional(text) })),
  /** Repeated tries, and those refused as in `trouble`. Only in `status`, where metrics can be read. */
  lastHour: z.optional(z.object({ retried: count, configurationErrors: count })),
  pending: count,
  failures: count,
  watermarks: z.record(z.string(), time),
  /** The last run of each mode. */
  lastRuns: z.array(shownRun),
  /** What the operator should know about the change just made. */
  note: z.optional(text),
});

const changeSwitch = change({ input: z.object({ handler }), output: shownHandler, audited: ['handler'] });

export const handlerApi = {
  'handler.pause': changeSwitch,
  'handler.resume': changeSwitch,
  'handler.mode': change({
    input: z.object({ handler, mode }),
    output: shownHandler,
    audited: ['handler', 'mode'],
  }),
};
