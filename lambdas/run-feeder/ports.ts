import type { Clock } from '../core/base/ports/clock.ts';
import type { Log } from '../core/base/ports/log.ts';
import type { Metrics } from '../core/base/ports/metrics.ts';
import type { SettingsStore } from '../core/base/ports/settings-store.ts';
import type { DeadLetterCopies } from '../core/delivery/ports/dead-letter-copies.ts';
import type { FailureStore } from '../core/delivery/ports/failure-store.ts';
import type { HandlerQueues } from '../core/delivery/ports/handler-queues.ts';
import type { StateStore } from '../core/delivery/ports/state-store.ts';
import type { QueueAdmin } from '../core/operations/ports/queue-admin.ts';
import type { ConnectedHandler } from '../core/runs/connected-handler.ts';
import type { CommercetoolsLister } from '../core/runs/ports/commercetools-lister.ts';
import type { HandlerFunctions } from '../core/runs/ports/handler-functions.ts';
import type { RunStore } from '../core/runs/ports/run-store.ts';
import type { SweepCandidates } from '../core/runs/ports/sweep-candidates.ts';
import type { Ticks } from '../core/runs/ports/ticks.ts';
import type { Run } from '../core/runs/run.ts';
import type { RunSettings } from '../core/runs/run-settings.ts';

/** Everything the feeder works with. */
export interface FeederPorts {
  readonly projectKey: string;
  /** By handler id. */
  readonly handlers: Readonly<Record<string, ConnectedHandler>>;
  readonly runSettings: RunSettings;
  /** A sweep deletes a resource only if two checks, this many seconds apart, did not find it. */
  readonly absentAfterSeconds: number;

  readonly runs: RunStore;
  readonly ticks: Ticks;
  readonly lister: CommercetoolsLister;
  readonly store: Pick<StateStore, 'read'>;
  readonly candidates: SweepCandidates;
  readonly failures: Pick<FailureStore, 'items'>;
  readonly settings: Pick<SettingsStore, 'watermark' | 'intake'>;
  readonly queues: HandlerQueues;
  readonly queueAdmin: Pick<QueueAdmin, 'state'>;
  readonly copies: DeadLetterCopies;
  readonly handlerFunctions: HandlerFunctions;

  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The run of this step and its handler. */
export interface Feeding {
  readonly ports: FeederPorts;
  readonly run: Run;
  readonly handler: ConnectedHandler;
  /** Largest number of resources on this page. */
  readonly limit: number;
}
