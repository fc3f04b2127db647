/**
 * Which notification leads to which handler. Data: read by lib (queues, functions, grants, alarms), by the
 * queue-listener (choice of the typeId) and by the router (choice of the queue). Imports nothing.
 */

/** `notificationType` of a commercetools subscription payload (Platform format). */
export type NotificationType = 'ResourceCreated' | 'ResourceUpdated' | 'ResourceDeleted' | 'Message';

export interface Route {
  /** Name of the internal event; the detail-type on the internal bus. */
  readonly typeId: string;
  /** `resource.typeId` of commercetools. */
  readonly resourceType: string;
  /** Notification types that this route takes; what no route takes ends as filtered. */
  readonly inclusionFilter: readonly NotificationType[];
  /** What the handler shall do: bring the OMS to the newest version, or apply the delete policy. */
  readonly kind: 'UPSERT' | 'DELETE';
  /** Folder below `lambdas/handlers`; one FIFO queue, one function and one state row per resource. */
  readonly handler: string;
  /** Told before the first work of a run and after its last, whatever handler the run is of. */
  readonly runHooks?: readonly ('run.started' | 'run.ended')[];
}

export const routes: readonly Route[] = [
  {
    typeId: 'commercetools.connect.customer.upsert',
    resourceType: 'customer',
    inclusionFilter: ['ResourceCreated', 'ResourceUpdated'],
    kind: 'UPSERT',
    handler: 'customer',
  },
  {
    typeId: 'commercetools.connect.customer.delete',
    resourceType: 'customer',
    inclusionFilter: ['ResourceDeleted'],
    kind: 'DELETE',
    handler: 'customer',
  },
];
