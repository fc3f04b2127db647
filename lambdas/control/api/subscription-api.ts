import * as z from 'zod/mini';
import { subscriptionAnswers } from '../../core/operations/subscription-request.ts';
import { done, nothing, text } from './api-shapes.ts';
import { change, read } from './operation-definition.ts';

export const subscriptionApi = {
  'subscription.show': read({ input: nothing, output: subscriptionAnswers.show }),
  'subscription.create': change({ input: nothing, output: done }),
  /** `confirm` must repeat the key of the subscription. */
  'subscription.delete': change({ input: z.object({ confirm: text }), output: done }),
  'subscription.health': read({
    input: nothing,
    output: z.object({ status: text, detail: z.optional(text) }),
  }),
};
