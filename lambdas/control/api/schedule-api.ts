import * as z from 'zod/mini';
import { scheduleName } from '../../core/base/live-settings.ts';
import { moment } from '../../core/delivery/notification.ts';
import { count, handler, nothing, text, time } from './api-shapes.ts';
import { change, read } from './operation-definition.ts';

const shownSchedule = z.object({
  name: scheduleName,
  handler: text,
  enabled: z.boolean(),
  everyMinutes: count,
  nextAt: z.optional(time),
  lastAt: z.optional(time),
  lastRunId: z.optional(text),
  lastProblem: z.optional(text),
});

export const scheduleApi = {
  'schedule.list': read({ input: nothing, output: z.object({ schedules: z.array(shownSchedule) }) }),
  /** `nextAt`: the next start, ISO 8601 in UTC. */
  'schedule.set': change({
    input: z.object({
      handler,
      name: scheduleName,
      enabled: z.optional(z.boolean()),
      everyMinutes: z.optional(count.check(z.gte(1), z.lte(44_640))),
      nextAt: z.optional(moment),
    }),
    output: shownSchedule,
    audited: ['handler', 'name'],
  }),
};
