import type { Clock, Random } from '../../core/base/ports/clock.ts';
import type { DeliverySettings } from '../../core/delivery/delivery-settings.ts';
import type { ErasedStore } from '../../core/delivery/ports/erased-store.ts';
import type { FailureStore } from '../../core/delivery/ports/failure-store.ts';
import type { PendingStore } from '../../core/delivery/ports/pending-store.ts';
import type { ReceiptStore } from '../../core/delivery/ports/receipt-store.ts';
import type { StateStore } from '../../core/delivery/ports/state-store.ts';
import type { DeadLetters, WorkQueue } from '../../core/delivery/ports/work-queue.ts';
import type { RunStore } from '../../core/runs/ports/run-store.ts';
import type { Observer } from '../lambda/counted-outcomes.ts';
import type { HandlerContext, ResourceDefinition, Services } from './resource-definition.ts';
import type { SwitchBoard } from './switches/handler-switches.ts';

/** Everything that a resource handler works with. The simulator replaces it with its own models. */
export interface ResourcePorts extends Observer {
  readonly handlerId: string;
  readonly projectKey: string;
  readonly delivery: DeliverySettings;
  readonly store: StateStore;
  readonly failures: FailureStore;
  readonly pending: PendingStore;
  readonly receipts: Pick<ReceiptStore, 'put'>;
  readonly erased: Pick<ErasedStore, 'add'>;
  readonly runs: Pick<RunStore, 'recordEntries'>;
  readonly switches: SwitchBoard;
  readonly queue: WorkQueue;
  readonly deadLetters: DeadLetters;
  readonly services: Services;
  readonly clock: Clock;
  readonly random: Random;
}

/** The ports that a direct request needs: it reads and compares, and leaves delivery alone. */
export type RequestPorts = Pick<ResourcePorts, 'handlerId' | 'projectKey' | 'store' | 'services' | 'clock'>;

/** A definition with the settings and the ports that it runs with. */
export interface ResourceHandler<Ports extends RequestPorts = ResourcePorts> {
  readonly definition: ResourceDefinition;
  readonly settings: unknown;
  readonly ports: Ports;
}

export function contextOf({ settings, ports }: ResourceHandler<RequestPorts>): HandlerContext {
  return { services: ports.services, settings, projectKey: ports.projectKey };
}
