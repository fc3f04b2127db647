/**
 * Which notification goes to which handler. Pure data without imports: lib reads it for queues, functions, grants and alarms,
 * the queue-listener for the typeId, the router for the queue.
 */

/** `notificationType` of a commercetools subscription payload (Platform format). */
export type NotificationType = 'ResourceCreated' | 'ResourceUpdated' | 'ResourceDeleted' | 'Message';

export interface Route {
  /** Name of the internal event; the detail-type on the internal bus. */
  readonly typeId: string;
  /** `resource.typeId` of commercetools. */
  readonly resourceType: string;
  /** Notification types that this route takes. A notification that no route takes is filtered. */
  readonly inclusionFilter: readonly NotificationType[];
  /** What the handler does: bring the OMS to the newest version, or apply the delete policy. */
  readonly kind: 'UPSERT' | 'DELETE';
  /** Folder below `lambdas/handlers`. A handler has one FIFO queue, one function and one sync record per resource. */
  readonly handler: string;
  /** Hooks of the handler to call around every run, of whatever handler. */
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
