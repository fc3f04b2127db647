import type { CareSettings } from '../core/base/care-settings.ts';
import type { Clock } from '../core/base/ports/clock.ts';
import type { Log } from '../core/base/ports/log.ts';
import type { Metrics } from '../core/base/ports/metrics.ts';
import type { SettingsStore } from '../core/base/ports/settings-store.ts';
import type { DeadLetterCopies } from '../core/delivery/ports/dead-letter-copies.ts';
import type { ErasedStore } from '../core/delivery/ports/erased-store.ts';
import type { ReceiptStore } from '../core/delivery/ports/receipt-store.ts';
import type { StateStore } from '../core/delivery/ports/state-store.ts';
import type { Canary } from '../core/operations/ports/canary-customer.ts';
import type { IntakeSwitches } from '../core/operations/ports/intake-switches.ts';
import type { SubscriptionFunction } from '../core/operations/ports/subscription-function.ts';
import type { ConnectedHandler } from '../core/runs/connected-handler.ts';
import type { HandlerFunctions } from '../core/runs/ports/handler-functions.ts';
import type { RunStore } from '../core/runs/ports/run-store.ts';
import type { Ticks } from '../core/runs/ports/ticks.ts';
import type { Run, RunMode, RunOptions } from '../core/runs/run.ts';
import type { RunSettings } from '../core/runs/run-settings.ts';

/** What the caretaker needs for one pass. */
export interface CaretakerPorts {
  readonly projectKey: string;
  /** By handler id. */
  readonly handlers: Readonly<Record<string, ConnectedHandler>>;
  readonly care: CareSettings;
  readonly runSettings: RunSettings;

  readonly settings: SettingsStore;
  readonly switches: IntakeSwitches;
  readonly handlerFunctions: HandlerFunctions;
  readonly subscription: SubscriptionFunction;
  readonly runs: Pick<RunStore, 'open' | 'read'>;
  readonly ticks: Ticks;
  readonly store: Pick<StateStore, 'read'>;
  readonly erased: Pick<ErasedStore, 'list' | 'noteSearched'>;
  readonly receipts: Pick<ReceiptStore, 'noteCopiesGone'>;
  readonly copies: DeadLetterCopies;
  /** Queues and rules whose dead letters are notifications for all handlers. */
  readonly sharedQueues: readonly string[];
  /** Absent = the connector may not change commercetools, so there is no canary. */
  readonly canary?: Canary;
  /** Throws a RunRefused with the reason if the run cannot start. */
  startRun(request: { handler: string; mode: RunMode; options: RunOptions; startedBy: string }): Promise<Run>;

  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}
