import { invalid } from '../../core/operations/control-error.ts';
import type { subscriptionApi } from '../api/subscription-api.ts';
import type { OperationsOf } from '../ports.ts';
import { sourceProblem } from '../views/source-problem.ts';

export const subscriptionOperations: OperationsOf<typeof subscriptionApi> = {
  'subscription.show': ({ subscription }) => subscription.ask('show'),

  'subscription.create': async ({ subscription }) => {
    const done = await subscription.ask('create');
    const { source = '', sourceState = 'MISSING' } = await subscription.ask('show');
    const problem = sourceProblem(sourceState, source);
    return problem ? { ...done, note: `The subscription exists. ${problem.detail} ${problem.fix}` } : done;
  },

  'subscription.delete': async ({ subscription, subscriptionKey }, { confirm }) => {
    if (confirm !== subscriptionKey) {
      const message = `Repeat the key of the subscription, "${subscriptionKey}", as the confirmation.`;
      throw invalid('NOT_CONFIRMED', message, 'confirm');
    }
    await subscription.ask('delete');
    return {
      done: true,
      note:
        'Changes are lost from now on, and AWS removes the event source from the partner bus. A new subscription needs a new ' +
        'event source: deploy with another commercetools.subscriptionKey, then run a reconcile and a sweep.',
    };
  },

  'subscription.health': ({ subscription }) => subscription.ask('health'),
};
