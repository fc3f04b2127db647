import type { MetricStore } from '@fluent-connector/local-aws';
import { type Outcome, outcomes } from '../../lambdas/core/base/outcome.ts';

const NAMESPACE = 'CommercetoolsFluentConnector';

/** The connector's counts, from the metrics of its functions alone. */
export interface Ledger {
  /** Notifications that the queue-listener has processed. */
  readonly received: number;
  /** Outcomes of all functions. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Attempts that are retried later; not an outcome. */
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
  const outcomeSum = Object.values(counted).reduce((sum, count) => sum + count, 0);
  return {
    received,
    outcomes: counted,
    retried: total('Retried'),
    warnings: total('Warnings'),
    isBalanced: received === outcomeSum,
  };
}
