import type { Route } from '../../routes.ts';
import type { FilterReason } from '../base/outcome.ts';
import type { Notification } from './notification.ts';

export type Matching =
  | { readonly routes: readonly [Route, ...Route[]] }
  | { readonly filtered: FilterReason };

/** The routes that take a notification, or why none does. Another project or an unknown type is no error. */
export function matchRoutes(
  notification: Notification,
  projectKey: string,
  routes: readonly Route[],
): Matching {
  if (notification.projectKey !== projectKey) return { filtered: 'foreign-project' };
  const { typeId } = notification.resource;
  // commercetools tests a new subscription with a ResourceCreated of the subscription itself.
  if (typeId === 'subscription') return { filtered: 'test-notification' };
  const ofType = routes.filter((route) => route.resourceType === typeId);
  if (ofType.length === 0) return { filtered: 'no-route' };
  const [first, ...others] = ofType.filter((route) =>
    route.inclusionFilter.includes(notification.notificationType),
  );
  return first ? { routes: [first, ...others] } : { filtered: 'inclusion-filter' };
}
