import type { JsonObject } from '../contract.ts';
import type { Alarm } from './alarms.ts';

/** The event that CloudWatch puts on the default bus when the state of an alarm changes. */
export function alarmEvent(alarm: Alarm, previous: Alarm['state']) {
  const description = alarm.input['AlarmDescription'];
  const metrics = (alarm.metric?.metrics ?? []).map(
    ({ id, namespace, name, dimensions, period, statistic }) => ({
      id,
      metricStat: { metric: { namespace, name, dimensions: { ...dimensions } }, period, stat: statistic },
      returnData: true,
    }),
  );
  return {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      state: stateOf(alarm.state),
      previousState: stateOf(previous),
      configuration: { ...(description !== undefined && { description }), metrics },
    },
  };
}

function stateOf({ value, reason, at }: Alarm['state']): JsonObject {
  return { value, reason, timestamp: new Date(at).toISOString().replace('Z', '+0000') };
}
