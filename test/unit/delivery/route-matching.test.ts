import { expect, test } from 'vitest';
import { type Notification, readNotification } from '../../../lambdas/core/delivery/notification.ts';
import { matchRoutes } from '../../../lambdas/core/delivery/route-matching.ts';
import { routes } from '../../../lambdas/routes.ts';
import { change } from '../../builders/notification.ts';

function notification(payload: unknown): Notification {
  const read = readNotification(JSON.stringify(payload));
  if ('refusal' in read) throw new Error(read.refusal);
  return read.notification;
}
const match = (payload: unknown) => matchRoutes(notification(payload), 'local', routes);

test.each([
  ['ResourceCreated', 'commercetools.connect.customer.upsert'],
  ['ResourceUpdated', 'commercetools.connect.customer.upsert'],
  ['ResourceDeleted', 'commercetools.connect.customer.delete'],
] as const)('%s leads to %s', (type, typeId) => {
  expect(match(change(type))).toMatchObject({ routes: [{ typeId, handler: 'customer' }] });
});

test.each([
  [
    'a message of a customer',
    { ...change('ResourceCreated'), notificationType: 'Message', resourceVersion: 2 },
    'inclusion-filter',
  ],
  [
    'a type that no route names',
    change('ResourceCreated', { resource: { typeId: 'cart', id: change('ResourceCreated').resource.id } }),
    'no-route',
  ],
  ['another project', change('ResourceCreated', { projectKey: 'other' }), 'foreign-project'],
  [
    'the test of a new subscription',
    change('ResourceCreated', {
      resource: { typeId: 'subscription', id: change('ResourceCreated').resource.id },
    }),
    'test-notification',
  ],
])('%s is filtered, with a reason', (_what, payload, filtered) => {
  expect(match(payload)).toEqual({ filtered });
});
