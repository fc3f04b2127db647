import * as z from 'zod/mini';
import { resourceId } from '../../core/delivery/notification.ts';
import { inspectedResource, valuesShown } from '../../core/runs/handler-request.ts';
import { count, handler, text, time } from './api-shapes.ts';
import { shownHandler } from './handler-api.ts';
import { read } from './operation-definition.ts';

const subject = z.union([
  z.object({ id: resourceId }),
  z.object({ email: z.email() }),
  z.object({ key: text.check(z.minLength(2), z.maxLength(256)) }),
]);

const syncRecord = z.object({
  status: z.enum(['live', 'deleted']),
  version: count,
  committedAt: z.optional(time),
  isSkipped: z.boolean(),
  isLinked: z.boolean(),
  isErased: z.boolean(),
  failure: z.optional(z.object({ code: text, field: z.optional(text), version: count, remedy: text })),
  waiting: z.optional(z.object({ code: text, receives: count, until: time })),
});

export const explainApi = {
  explain: read({
    showsPersonalData: true,
    input: z.object({ handler, subject, values: z._default(valuesShown, 'masked') }),
    output: z.object({
      resource: inspectedResource,
      /** In one sentence: is the customer in sync, and if not, why. */
      verdict: text,
      record: z.optional(syncRecord),
      pending: z.optional(z.object({ version: count, kind: text, since: time })),
      recent: z.array(z.object({ at: time, outcome: text, version: count, reason: text })),
      handlerState: shownHandler.shape.state,
    }),
    audited: ['handler', 'subject.id', 'values'],
  }),
};
