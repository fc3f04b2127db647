import { invalid } from '../../core/operations/control-error.ts';
import type { OperationsOf } from '../ports.ts';
import { sourceProblem } from '../source-problem.ts';

export const subscriptionOperations: OperationsOf<
  'subscription.show' | 'subscription.create' | 'subscription.delete' | 'subscription.health'
> = {
  'subscription.show': ({ subscription }) => subscription.ask('show'),

  'subscription.create': async ({ subscription }) => {
    const done = await subscription.ask('create');
    const { source = '', sourceState = 'MISSING' } = await subscription.ask('show');
    const problem = sourceProblem(sourceState, source);
    return problem ? { ...done, note: `The subscription is there. ${problem.detail} ${problem.fix}` } : done;
  },

  'subscription.delete': async ({ subscription, subscriptionKey }, { confirm }) => {
    if (confirm !== subscriptionKey) {
      const message = `The confirmation must repeat the subscription's key, "${subscriptionKey}".`;
      throw invalid('NOT_CONFIRMED', message, 'confirm');
    }
    await subscription.ask('delete');
    return {
      done: true,
      note:
        'Changes are lost from now on, and AWS takes the source away from the partner bus. Created again, it must be associated ' +
        'with a bus anew: deploy with another commercetools.subscriptionKey, then run a reconcile and a sweep.',
    };
  },

  'subscription.health': ({ subscription }) => subscription.ask('health'),
};
