import { arnsOf } from '../arns.ts';
import { AwsError, type JsonObject, type Service } from '../contract.ts';
import { optionalText, parseObject, text, texts } from '../fields.ts';
import type { Metrics } from '../metric-store.ts';
import { serviceOf } from '../operations.ts';
import type { AlarmState } from './alarm.ts';
import { alarmEvent } from './alarm-event.ts';
import { type Alarm, Alarms } from './alarms.ts';
import { metricOperations } from './metric-operations.ts';

export interface Monitoring extends Service {
  /** Evaluates every alarm at this time (epoch milliseconds). */
  evaluate(now: number): void;
  /** Names of alarms whose metric never had a data point. */
  alarmsWithoutData(): string[];
}

export interface MonitoringOptions {
  readonly region: string;
  readonly accountId: string;
  readonly metrics: Metrics;
  /** Puts the event about a changed alarm on the default bus. */
  readonly publish: (event: ReturnType<typeof alarmEvent>) => void;
  /** Factor on the periods of alarms. */
  readonly periodScale: number;
}

/** The `monitoring` service: alarms, dashboards and metrics of CloudWatch. */
export function createMonitoring(options: MonitoringOptions): Monitoring {
  const { metrics, publish, periodScale } = options;
  const arns = arnsOf(options.region, options.accountId);
  const alarms = new Alarms(arns, metrics, (alarm, previous) => publish(alarmEvent(alarm, previous)));
  const dashboards = new Map<string, string>();

  const put = (input: JsonObject): JsonObject => {
    alarms.put(text(input, 'AlarmName'), input);
    return {};
  };
  const service = serviceOf('monitoring', {
    PutMetricAlarm: put,
    PutCompositeAlarm: put,
    DeleteAlarms: (input) => {
      for (const name of texts(input, 'AlarmNames')) alarms.remove(name);
      return {};
    },
    DescribeAlarms: (input) => describe(alarms.list().filter(selected(input))),
    SetAlarmState: (input) => {
      const value = text(input, 'StateValue');
      if (!isState(value)) throw new AwsError('ValidationException', `StateValue ${value} is not a state`);
      alarms.set(alarms.get(text(input, 'AlarmName')), value, text(input, 'StateReason'), Date.now());
      return {};
    },
    ...metricOperations(metrics),
    PutDashboard: (input) => {
      const body = text(input, 'DashboardBody');
      parseObject(body, 'DashboardBody', 'InvalidParameterInput');
      dashboards.set(text(input, 'DashboardName'), body);
      return { DashboardValidationMessages: [] };
    },
    GetDashboard: (input) => {
      const name = text(input, 'DashboardName');
      const DashboardBody = dashboards.get(name);
      if (DashboardBody === undefined)
        throw new AwsError('ResourceNotFound', `Dashboard ${name} does not exist.`);
      return { DashboardName: name, DashboardBody };
    },
  });

  return {
    ...service,
    evaluate: (now) => alarms.evaluate(now, periodScale),
    alarmsWithoutData: () =>
      alarms
        .list()
        .filter((alarm) => lacksData(alarm, metrics))
        .map(({ name }) => name),
  };
}

function selected(input: JsonObject): (alarm: Alarm) => boolean {
  const names = texts(input, 'AlarmNames');
  const prefix = optionalText(input, 'AlarmNamePrefix') ?? '';
  const state = optionalText(input, 'StateValue');
  return (alarm) =>
    (names.length === 0 || names.includes(alarm.name)) &&
    alarm.name.startsWith(prefix) &&
    (state === undefined || alarm.state.value === state);
}

function describe(list: readonly Alarm[]): JsonObject {
  const shown = (alarm: Alarm): JsonObject => ({
    ...alarm.input,
    AlarmArn: alarm.arn,
    StateValue: alarm.state.value,
    StateReason: alarm.state.reason,
    StateUpdatedTimestamp: alarm.state.at / 1000,
  });
  return {
    MetricAlarms: list.filter(({ metric }) => metric).map(shown),
    CompositeAlarms: list.filter(({ composite }) => composite).map(shown),
  };
}

function lacksData({ metric }: Alarm, metrics: Metrics): boolean {
  const ever = { from: 0, to: Number.POSITIVE_INFINITY };
  return (metric?.metrics ?? []).some((part) => metrics.statistic({ ...part, ...ever }) === undefined);
}

function isState(value: string): value is AlarmState {
  return ['OK', 'ALARM', 'INSUFFICIENT_DATA'].includes(value);
}
