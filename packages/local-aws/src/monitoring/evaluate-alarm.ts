import type { Metrics } from '../metric-store.ts';
import type { AlarmDefinition, AlarmState } from './alarm.ts';

/**
 * The state of an alarm at a time (epoch milliseconds), from the last periods before it. `scale` shortens the
 * periods. Undefined when the state does not change for lack of data.
 */
export function evaluateAlarm(
  alarm: AlarmDefinition,
  metrics: Metrics,
  at: { now: number; scale: number },
): { state: AlarmState; reason: string } | undefined {
  const periodMs = (alarm.metrics[0]?.period ?? 60) * 1000 * at.scale;
  const points = Array.from({ length: alarm.evaluationPeriods }, (_, index) => {
    const to = at.now - index * periodMs;
    return alarm.value((id) => {
      const metric = alarm.metrics.find((candidate) => candidate.id === id);
      return metric && metrics.statistic({ ...metric, from: to - periodMs, to });
    });
  });
  const present = points.filter((point) => point !== undefined);
  if (present.length === 0 && alarm.missing === 'ignore') return undefined;
  if (present.length === 0 && alarm.missing === 'missing') {
    return { state: 'INSUFFICIENT_DATA', reason: 'Insufficient Data: no datapoints were received.' };
  }
  const absent = alarm.missing === 'breaching' ? points.length - present.length : 0;
  const breaching = present.filter(alarm.breaches).length + absent;
  const state = breaching >= alarm.datapointsToAlarm ? 'ALARM' : 'OK';
  const shown = points.map((point) => point ?? 'none').join(', ');
  const reason = `${breaching} of ${points.length} datapoints [${shown}] breach ${alarm.comparison} ${alarm.threshold}.`;
  return { state, reason };
}
