import type { OutcomeRecord } from '../../lambdas/core/base/outcome.ts';
import type { Log } from '../../lambdas/core/base/ports/log.ts';
import type { MetricName, Metrics } from '../../lambdas/core/base/ports/metrics.ts';

type Retry = Parameters<Log['retry']>[0];

/** Keeps what was logged and counted. */
export function createObserver() {
  const outcomes: OutcomeRecord[] = [];
  const retries: Retry[] = [];
  const recorded: Parameters<Log['recorded']>[0][] = [];
  const warnings: Parameters<Log['warning']>[0][] = [];
  const errors: Parameters<Log['error']>[0][] = [];
  const actions: Parameters<Log['action']>[0][] = [];
  const counts = new Map<MetricName, number>();
  const log: Log = {
    outcome: (one) => void outcomes.push(one),
    recorded: (one) => void recorded.push(one),
    retry: (one) => void retries.push(one),
    warning: (one) => void warnings.push(one),
    action: (one) => void actions.push(one),
    error: (one) => void errors.push(one),
  };
  const metrics: Metrics = {
    count: (name, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value),
  };
  const outcomeTexts = () => outcomes.map(({ outcome, reason }) => `${outcome}: ${reason}`);
  return {
    log,
    metrics,
    outcomes,
    recorded,
    retries,
    warnings,
    errors,
    actions,
    outcomeTexts,
    count: (name: MetricName) => counts.get(name) ?? 0,
  };
}
