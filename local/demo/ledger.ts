import type { MetricStore } from '@fluent-connector/local-aws';
import { type Outcome, outcomes } from '../../lambdas/core/base/outcome.ts';

const NAMESPACE = 'CommercetoolsFluentConnector';

/** The books of the connector, from the metrics that its functions emitted and from nothing else. */
export interface Ledger {
  /** Notifications that the queue-listener finished with. */
  readonly received: number;
  /** How they ended, over all functions. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Tries that came back; not an end. */
  readonly retried: number;
  readonly warnings: number;
  /** received = the sum of all outcomes. */
  readonly isBalanced: boolean;
}

export function readLedger(metrics: MetricStore): Ledger {
  const total = (name: string, service?: string) =>
    metrics.sum(NAMESPACE, name, service === undefined ? {} : { service });
  const counted = Object.fromEntries(
    outcomes.map((outcome) => [outcome, total(`${outcome.charAt(0).toUpperCase()}${outcome.slice(1)}`)]),
  ) as Record<Outcome, number>;
  const received = total('Received', 'queue-listener');
  const ended = Object.values(counted).reduce((sum, count) => sum + count, 0);
  return {
    received,
    outcomes: counted,
    retried: total('Retried'),
    warnings: total('Warnings'),
    isBalanced: received === ended,
  };
}
