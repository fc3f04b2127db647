import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { facts, type View } from './view.ts';

export function subscriptionView(shown: OperationOutput<'subscription.show'>): View {
  if (!shown.exists) {
    return [
      `Subscription "${shown.key}" does not exist: commercetools sends no notifications.`,
      'Deploy with another commercetools.subscriptionKey, because the event bus of a recreated subscription receives nothing. Then run a reconcile and a sweep.',
    ];
  }
  const state = shown.sourceState;
  const isDead = state !== undefined && state !== 'ACTIVE';
  return [
    `Subscription ${shown.key}`,
    facts([
      ['version', shown.version],
      ['destination', shown.destination],
      ['changes of', shown.resourceTypes.join(', ')],
      ['event source', shown.source],
      [
        'source state',
        isDead ? `${state}: no change reaches the connector; "connector doctor" says how to fix it` : state,
      ],
    ]),
  ];
}
