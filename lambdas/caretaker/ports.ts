import type { ConnectedHandler } from '../core/connected-handler.ts';
import type { Canary } from '../core/ports/canary.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { DeadLetterCopies } from '../core/ports/dead-letter-copies.ts';
import type { ErasedStore } from '../core/ports/erased-store.ts';
import type { HandlerFunctions } from '../core/ports/handler-functions.ts';
import type { IntakeSwitches } from '../core/ports/intake-switches.ts';
import type { Log } from '../core/ports/log.ts';
import type { Metrics } from '../core/ports/metrics.ts';
import type { ReceiptStore } from '../core/ports/receipt-store.ts';
import type { RunStore } from '../core/ports/run-store.ts';
import type { SettingsStore } from '../core/ports/settings-store.ts';
import type { StateStore } from '../core/ports/state-store.ts';
import type { SubscriptionFunction } from '../core/ports/subscription-function.ts';
import type { Ticks } from '../core/ports/ticks.ts';
import type { Run, RunMode, RunOptions } from '../core/run.ts';
import type { CareSettings, RunSettings } from '../core/run-settings.ts';

/** Everything that the caretaker works with during one look. */
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
  readonly erased: Pick<ErasedStore, 'list' | 'noteLookedFor'>;
  readonly receipts: Pick<ReceiptStore, 'noteCopiesGone'>;
  readonly copies: DeadLetterCopies;
  /** Queues whose dead letters are notifications for all handlers. */
  readonly sharedQueues: readonly string[];
  /** Absent = nothing may be changed at the source, so there is no canary. */
  readonly canary?: Canary;
  /** Throws a RunRefused that says why it cannot begin; nothing has begun then. */
  startRun(request: { handler: string; mode: RunMode; options: RunOptions; startedBy: string }): Promise<Run>;

  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}
