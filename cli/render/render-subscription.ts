import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { factList } from './text-table.ts';

export function subscriptionView(shown: OperationOutput<'subscription.show'>): string {
  if (!shown.exists) {
    return (
      `There is no subscription "${shown.key}": commercetools tells nobody about changes. Deploy with another ` +
      'commercetools.subscriptionKey: the bus of one that is created again gets nothing. Then run a reconcile and a sweep.'
    );
  }
  return [
    `Subscription ${shown.key}`,
    factList([
      ['version', shown.version],
      ['destination', shown.destination],
      ['changes of', shown.resourceTypes.join(', ')],
      ['event source', shown.source],
      [
        'its state',
        shown.sourceState === 'ACTIVE' || shown.sourceState === undefined
          ? shown.sourceState
          : `${shown.sourceState}: no change reaches the connector; "connector doctor" says how to mend it`,
      ],
    ]),
  ].join('\n');
}
