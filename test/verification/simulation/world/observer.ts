import type { Log } from '../../../../lambdas/core/base/ports/log.ts';
import type { Metrics } from '../../../../lambdas/core/base/ports/metrics.ts';
import type { Sim } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import type { Invocation } from '../models/invocation.ts';
import { CANARY } from '../plan/content.ts';

/** Outcomes `failed`, by resource id. */
export interface Failures {
  readonly byId: Map<string, { version: number; reason: string }[]>;
  count: number;
}

/** Log and metrics of one invocation. Lines are written immediately, counts at the end of the invocation: a crash loses them. */
export function observerOf(
  sim: Sim,
  invocation: Invocation,
  failures: Failures,
): { log: Log; metrics: Metrics } {
  const { reach, violate, trace } = sim;
  const name = invocation.function;
  const checked = (record: object): void => {
    for (const value of Object.values(record)) {
      if (typeof value === 'string' && value.includes(CANARY))
        violate(new Violation('I10', `${name} logged a personal value`));
    }
  };
  const log: Log = {
    outcome: (record) => {
      if (!invocation.isAlive) return;
      checked(record);
      const reason = record.reason.startsWith('listener-batch:') ? 'listener-batch' : record.reason;
      reach.hit(`${name} exit: ${record.outcome} ${reason}`);
      trace.note('end', record.outcome, record.reason, record.version ?? '');
      if (record.outcome !== 'failed') return;
      if (!record.reason || !record.traceId)
        violate(new Violation('I4', 'a failure without reason or trace id'));
      failures.count++;
      if (record.id === undefined) return;
      const known = failures.byId.get(record.id) ?? [];
      failures.byId.set(record.id, [...known, { version: record.version ?? 0, reason: record.reason }]);
    },
    recorded: (record) => {
      if (invocation.isAlive) checked(record);
    },
    retry: (record) => {
      if (!invocation.isAlive) return;
      checked(record);
      reach.hit(`${name} exit: retry ${record.failureClass} ${record.code}`);
      trace.note('retry', record.code, record.delaySeconds, record.receives);
    },
    warning: (record) => {
      if (!invocation.isAlive) return;
      checked(record);
      reach.hit(`${name} warning: ${record.code}`);
    },
    action: ({ about, ...record }) => {
      if (!invocation.isAlive) return;
      checked({ ...record, about: JSON.stringify(about) });
      reach.hit(`${name} action: ${record.operation} ${record.outcome}`);
    },
    error: (record) => {
      if (!invocation.isAlive) return;
      checked(record);
      reach.hit(`${name} error: ${record.code}`);
      // A system that did not answer, or the breaker: reported, and not a bug.
      const isExpected = record.errorName === 'ConnectorError' || record.code === 'BREAKER_OPENED';
      if (!isExpected)
        violate(
          new Violation('BUG', `${name} reported ${record.code} ${record.errorName} at ${record.place}`),
        );
    },
  };
  const metrics: Metrics = {
    count: (metric, value = 1) =>
      void invocation.counts.set(metric, (invocation.counts.get(metric) ?? 0) + value),
  };
  return { log, metrics };
}
