import * as z from 'zod/mini';
import { count, handler, ids, page, ratePerSecond, text, time } from './api-shapes.ts';
import { change, read } from './operation-definition.ts';
import { shownRun } from './run-api.ts';

const shownFailureGroup = z.object({
  group: text,
  /** What has to be fixed: `customer`, `identity`, `refused`, `given-up`, `fault`. */
  class: text,
  code: text,
  field: z.optional(text),
  count,
  firstSeen: time,
  lastSeen: time,
  exampleId: text,
  remedy: text,
});

const shownFailure = z.object({
  id: text,
  code: text,
  version: count,
  kind: text,
  firstSeen: time,
  lastSeen: time,
  times: count,
  traceId: text,
});

export const failureApi = {
  'failure.groups': read({
    input: z.object({ handler }),
    output: z.object({ groups: z.array(shownFailureGroup) }),
    audited: ['handler'],
  }),
  'failure.items': read({
    input: z.object({ ...page(300, 100), handler, group: text }),
    output: z.object({ items: z.array(shownFailure), next: z.optional(text) }),
    audited: ['handler', 'group'],
  }),
  /** Retries a group or single customers. With `preview` nothing is changed. */
  'failure.retry': change({
    input: z.object({
      handler,
      group: z.optional(text),
      ids: z.optional(ids),
      preview: z._default(z.boolean(), false),
      ratePerSecond,
    }),
    output: z.object({ count, run: z.optional(shownRun), remedy: z.optional(text) }),
    audited: ['handler', 'ids', 'group', 'preview'],
  }),
};
