import type * as z from 'zod/mini';
import type { ConnectedHandler } from '../core/connected-handler.ts';
import type { DeliverySettings } from '../core/delivery-settings.ts';
import type { Clock, Random } from '../core/ports/clock.ts';
import type { CommercetoolsLister } from '../core/ports/commercetools-lister.ts';
import type { DeadLetterCopies } from '../core/ports/dead-letter-copies.ts';
import type { FailureStore } from '../core/ports/failure-store.ts';
import type { FlowRules } from '../core/ports/flow-rules.ts';
import type { HandlerFunctions } from '../core/ports/handler-functions.ts';
import type { HandlerQueues } from '../core/ports/handler-queues.ts';
import type { IntakeSwitches } from '../core/ports/intake-switches.ts';
import type { Log } from '../core/ports/log.ts';
import type { PendingStore } from '../core/ports/pending-store.ts';
import type { QueueAges } from '../core/ports/queue-ages.ts';
import type { QueueDesk } from '../core/ports/queue-desk.ts';
import type { Rates } from '../core/ports/rates.ts';
import type { ReceiptStore } from '../core/ports/receipt-store.ts';
import type { RunStore } from '../core/ports/run-store.ts';
import type { SettingsStore } from '../core/ports/settings-store.ts';
import type { StateStore } from '../core/ports/state-store.ts';
import type { SubscriptionFunction } from '../core/ports/subscription-function.ts';
import type { Ticks } from '../core/ports/ticks.ts';
import type { CareSettings, RunSettings } from '../core/run-settings.ts';
import type { OperationName, OperationOutput, operations } from './operations.ts';

/** Everything that the operations work with. */
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
  readonly desk: QueueDesk;
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

/** Who asked. */
export interface Asked {
  readonly caller: string;
}

/** What does the work of one operation. Whatever it throws becomes a typed refusal. */
export type Operation<N extends OperationName> = (
  ports: ControlPorts,
  input: z.output<(typeof operations)[N]['input']>,
  asked: Asked,
) => Promise<OperationOutput<N>>;

export type OperationsOf<N extends OperationName> = { readonly [Name in N]: Operation<Name> };
