import type * as z from 'zod/mini';
import type { CareSettings } from '../core/base/care-settings.ts';
import type { Clock, Random } from '../core/base/ports/clock.ts';
import type { Log } from '../core/base/ports/log.ts';
import type { SettingsStore } from '../core/base/ports/settings-store.ts';
import type { DeliverySettings } from '../core/delivery/delivery-settings.ts';
import type { DeadLetterCopies } from '../core/delivery/ports/dead-letter-copies.ts';
import type { FailureStore } from '../core/delivery/ports/failure-store.ts';
import type { HandlerQueues } from '../core/delivery/ports/handler-queues.ts';
import type { PendingStore } from '../core/delivery/ports/pending-store.ts';
import type { ReceiptStore } from '../core/delivery/ports/receipt-store.ts';
import type { StateStore } from '../core/delivery/ports/state-store.ts';
import type { FlowRules } from '../core/operations/ports/flow-rules.ts';
import type { IntakeSwitches } from '../core/operations/ports/intake-switches.ts';
import type { QueueAdmin } from '../core/operations/ports/queue-admin.ts';
import type { QueueAges } from '../core/operations/ports/queue-ages.ts';
import type { Rates } from '../core/operations/ports/rates.ts';
import type { SubscriptionFunction } from '../core/operations/ports/subscription-function.ts';
import type { ConnectedHandler } from '../core/runs/connected-handler.ts';
import type { CommercetoolsLister } from '../core/runs/ports/commercetools-lister.ts';
import type { HandlerFunctions } from '../core/runs/ports/handler-functions.ts';
import type { RunStore } from '../core/runs/ports/run-store.ts';
import type { Ticks } from '../core/runs/ports/ticks.ts';
import type { RunSettings } from '../core/runs/run-settings.ts';
import type { OperationName, OperationOutput, operations } from './api/control-api.ts';

/** What the operations need. */
export interface ControlPorts {
  readonly stage: string;
  readonly projectKey: string;
  /** By handler id. */
  readonly handlers: Readonly<Record<string, ConnectedHandler>>;
  readonly subscriptionKey: string;
  readonly delivery: DeliverySettings;
  readonly runSettings: RunSettings;
  readonly care: CareSettings;

  readonly runs: RunStore;
  readonly ticks: Ticks;
  readonly failures: FailureStore;
  readonly pending: PendingStore;
  readonly receipts: ReceiptStore;
  readonly store: StateStore;
  readonly settings: SettingsStore;
  readonly switches: IntakeSwitches;
  readonly rules: FlowRules;
  readonly queueAdmin: QueueAdmin;
  readonly ages: QueueAges;
  readonly copies: DeadLetterCopies;
  readonly queues: HandlerQueues;
  readonly lister: CommercetoolsLister;
  readonly handlerFunctions: HandlerFunctions;
  readonly subscription: SubscriptionFunction;
  readonly rates: Rates;

  readonly clock: Clock;
  readonly random: Random;
  sleep(ms: number): Promise<void>;
  readonly log: Log;
}

/**
 * Does the work of one operation. A thrown error becomes a typed refusal.
 *
 * @param caller the operator who requested it
 */
export type Operation<N extends OperationName> = (
  ports: ControlPorts,
  input: z.output<(typeof operations)[N]['input']>,
  caller: string,
) => Promise<OperationOutput<N>>;

/** The implementations of one part of the API. */
export type OperationsOf<Api extends object> = {
  readonly [Name in keyof Api & OperationName]: Operation<Name>;
};

/** The page of a request, as the stores take it. */
export function pageOf<C>({ limit, cursor }: { readonly limit: number; readonly cursor?: C | undefined }) {
  return { limit, ...(cursor !== undefined && { after: cursor }) };
}
