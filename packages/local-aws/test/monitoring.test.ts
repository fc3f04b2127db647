import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { readCompositeRule } from '../src/monitoring/composite-rule.ts';
import { readMetricMath } from '../src/monitoring/metric-math.ts';
import type { JsonObject } from '../src/parts.ts';
import { eventually, hostCalls, region, roleWith } from './clients.ts';

let aws: LocalAws;
let call: ReturnType<typeof hostCalls>;

beforeEach(async () => {
  aws = await startLocalAws({ region, alarmPeriodScale: 1 });
  call = hostCalls(aws.gateway);
});
afterEach(() => aws.stop());

// Far from the housekeeping's own evaluations, which are of the present.
const start = Date.parse('2100-01-01T00:00:00Z');
const minute = (n: number) => new Date(start + n * 60_000);
const errors = (value: number, at: Date, service = 'customer') =>
  aws.metrics.record({ namespace: 'Connector', name: 'Errors', dimensions: { service }, value, at });

function alarm(given: JsonObject = {}): JsonObject {
  return {
    AlarmName: 'a',
    AlarmDescription: 'What stands still.',
    Namespace: 'Connector',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'service', Value: 'customer' }],
    Period: 60,
    Statistic: 'Sum',
    Threshold: 3,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    ...given,
  };
}

async function stateAt(at: Date, name = 'a'): Promise<unknown> {
  await aws.evaluateAlarms(at);
  const answer = await call('monitoring', 'DescribeAlarms', { AlarmNames: [name] });
  const found = [...(answer['MetricAlarms'] as JsonObject[]), ...(answer['CompositeAlarms'] as JsonObject[])];
  return found[0]?.['StateValue'];
}

describe('an alarm', () => {
  test('goes on when the statistic of a period reaches the threshold, and off again', async () => {
    await call('monitoring', 'PutMetricAlarm', alarm());
    errors(2, minute(0));
    errors(1, minute(0));
    expect(await stateAt(minute(0))).toBe('ALARM');
    expect(await stateAt(minute(2))).toBe('OK');
  });

  test('does not hear other dimensions, nor more of them', async () => {
    await call('monitoring', 'PutMetricAlarm', alarm());
    errors(9, minute(0), 'order');
    const dimensions = { service: 'customer', tenant: 'x' };
    aws.metrics.record({ namespace: 'Connector', name: 'Errors', dimensions, value: 9, at: minute(0) });
    expect(await stateAt(minute(0))).toBe('OK');
    expect(aws.alarmsWithoutData()).toEqual(['a']);
  });

  test('waits for as many periods as it says', async () => {
    await call('monitoring', 'PutMetricAlarm', alarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 }));
    errors(3, minute(0));
    expect(await stateAt(minute(0))).toBe('OK');
    errors(3, minute(2));
    expect(await stateAt(minute(2))).toBe('ALARM');
  });

  test.each([
    ['missing', 'INSUFFICIENT_DATA'],
    ['notBreaching', 'OK'],
    ['breaching', 'ALARM'],
    ['ignore', 'INSUFFICIENT_DATA'],
  ])('without data treated as %s is %s', async (TreatMissingData, state) => {
    await call('monitoring', 'PutMetricAlarm', alarm({ TreatMissingData }));
    expect(await stateAt(minute(0))).toBe(state);
  });

  test.each([
    ['Average', 2],
    ['Minimum', 1],
    ['Maximum', 3],
    ['SampleCount', 2],
    ['p50', 1],
  ])('takes the %s', async (statistic, value) => {
    const Metrics = [
      { Id: 'm', ReturnData: true, MetricStat: { Metric: alarm(), Period: 60, Stat: statistic } },
    ];
    const {
      Namespace: _,
      MetricName: __,
      Dimensions: ___,
      Period: ____,
      Statistic: _____,
      ...rest
    } = alarm();
    for (const [AlarmName, Threshold] of [
      ['at', value],
      ['above', value + 0.1],
    ] as const) {
      await call('monitoring', 'PutMetricAlarm', { ...rest, AlarmName, Threshold, Metrics });
    }
    errors(1, minute(0));
    errors(3, minute(0));
    expect([await stateAt(minute(0), 'at'), await stateAt(minute(0), 'above')]).toEqual(['ALARM', 'OK']);
  });

  test('computes a rate from two metrics', async () => {
    const stat = (MetricName: string) => ({ Metric: { ...alarm(), MetricName }, Period: 60, Stat: 'Sum' });
    const Metrics = [
      { Id: 'rate', Expression: '100 * failed / FILL(all, 1)', ReturnData: true },
      { Id: 'failed', MetricStat: stat('Errors'), ReturnData: false },
      { Id: 'all', MetricStat: stat('Events'), ReturnData: false },
    ];
    const {
      Namespace: _,
      MetricName: __,
      Dimensions: ___,
      Period: ____,
      Statistic: _____,
      ...rest
    } = alarm({ Threshold: 50 });
    await call('monitoring', 'PutMetricAlarm', { ...rest, Metrics });
    errors(4, minute(0));
    aws.metrics.record({
      namespace: 'Connector',
      name: 'Events',
      dimensions: { service: 'customer' },
      value: 10,
      at: minute(0),
    });
    expect(await stateAt(minute(0))).toBe('OK');
    errors(1, minute(0));
    expect(await stateAt(minute(0))).toBe('ALARM');
  });

  test('on a dead-letter queue hears the queue itself', async () => {
    await call('sqs', 'CreateQueue', { QueueName: 'dlq' });
    await call(
      'monitoring',
      'PutMetricAlarm',
      alarm({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: 'dlq' }],
        Statistic: 'Maximum',
        Threshold: 1,
      }),
    );
    expect(await stateAt(minute(0))).toBe('OK');
    await call('sqs', 'SendMessage', { QueueUrl: `${aws.gateway.url}/000000000000/dlq`, MessageBody: 'x' });
    expect(await stateAt(minute(1))).toBe('ALARM');
  });

  test.each<[string, JsonObject]>([
    ['a metric that AWS does not have', { Namespace: 'AWS/SQS', MetricName: 'MessagesVisible' }],
    ['a namespace that AWS does not have', { Namespace: 'AWS/Queue' }],
    ['an unknown comparison', { ComparisonOperator: 'GreaterThanUpperThreshold' }],
    ['an unknown statistic', { Statistic: 'Median' }],
    ['a period that CloudWatch refuses', { Period: 45 }],
  ])('on %s is refused', async (_, given) => {
    await expect(call('monitoring', 'PutMetricAlarm', alarm(given))).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  test('is heard as an event on the default bus, also when it is set by hand', async () => {
    const Resource = `arn:aws:sqs:${region}:000000000000:alarms`;
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource,
    };
    const Attributes = { Policy: JSON.stringify({ Statement: [statement] }) };
    await call('sqs', 'CreateQueue', { QueueName: 'alarms', Attributes });
    const EventPattern = JSON.stringify({
      source: ['aws.cloudwatch'],
      detail: { alarmName: ['a'], state: { value: ['ALARM'] } },
    });
    await call('events', 'PutRule', { Name: 'r', EventPattern });
    await call('events', 'PutTargets', { Rule: 'r', Targets: [{ Id: 'T', Arn: Resource }] });
    await call('monitoring', 'PutMetricAlarm', alarm());
    await call('monitoring', 'SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'drill' });
    const message = await eventually(async () => {
      const answer = await call('sqs', 'ReceiveMessage', {
        QueueUrl: `${aws.gateway.url}/000000000000/alarms`,
      });
      return (answer['Messages'] as JsonObject[] | undefined)?.[0];
    });
    expect(JSON.parse(String(message['Body']))).toMatchObject({
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [`arn:aws:cloudwatch:${region}:000000000000:alarm:a`],
      detail: {
        alarmName: 'a',
        state: { value: 'ALARM', reason: 'drill' },
        previousState: { value: 'INSUFFICIENT_DATA' },
        configuration: {
          metrics: [{ metricStat: { metric: { name: 'Errors', dimensions: { service: 'customer' } } } }],
        },
      },
    });
  });
});

test('a composite alarm follows the alarms that it names', async () => {
  await call('monitoring', 'PutMetricAlarm', alarm());
  await call('monitoring', 'PutCompositeAlarm', { AlarmName: 'any', AlarmRule: 'ALARM("a") OR ALARM("b")' });
  expect(await stateAt(minute(0), 'any')).toBe('OK');
  errors(3, minute(1));
  expect(await stateAt(minute(1), 'any')).toBe('ALARM');
});

test.each([
  ['ALARM(a) AND NOT OK(b)', true],
  ['ALARM(a) AND (OK(a) OR INSUFFICIENT_DATA("arn:aws:cloudwatch:x:0:alarm:b"))', true],
  ['OK(a) OR ALARM(b)', false],
  ['NOT TRUE', false],
])('%s is %s', (rule, expected) => {
  const states = new Map([
    ['a', 'ALARM'],
    ['b', 'INSUFFICIENT_DATA'],
  ] as const);
  expect(readCompositeRule(rule)((name) => states.get(name as 'a' | 'b'))).toBe(expected);
});

test.each([
  ['a + 2 * (b - 1)', 5],
  ['a / zero', undefined],
  ['a + none', undefined],
  ['FILL(none, 7) - a', 6],
])('%s = %s', (expression, expected) => {
  const values = new Map([
    ['a', 1],
    ['b', 3],
    ['zero', 0],
  ]);
  expect(readMetricMath(expression)((id) => values.get(id))).toBe(expected);
});

test.each(['ANOMALY_DETECTION_BAND(a)', 'a +', '(a', 'a b', 'SUM(METRICS())'])(
  '%s is refused',
  (expression) => {
    expect(() => readMetricMath(expression)).toThrow(
      expect.objectContaining({ code: 'ValidationException' }),
    );
  },
);

test('metrics that a caller puts can be asked for by period', async () => {
  const MetricData = [1, 2].map((Value) => ({ MetricName: 'Done', Value, Timestamp: start / 1000 + 30 }));
  await call('monitoring', 'PutMetricData', { Namespace: 'Own', MetricData });
  const answer = await call('monitoring', 'GetMetricStatistics', {
    Namespace: 'Own',
    MetricName: 'Done',
    StartTime: start / 1000,
    EndTime: start / 1000 + 120,
    Period: 60,
    Statistics: ['Sum', 'Maximum'],
  });
  expect(answer).toEqual({ Label: 'Done', Datapoints: [{ Timestamp: start / 1000, Sum: 3, Maximum: 2 }] });
});

test('a dashboard must be JSON', async () => {
  await call('monitoring', 'PutDashboard', { DashboardName: 'd', DashboardBody: '{"widgets":[]}' });
  await expect(
    call('monitoring', 'PutDashboard', { DashboardName: 'd', DashboardBody: '{' }),
  ).rejects.toMatchObject({
    code: 'InvalidParameterInput',
  });
});

test('parameters and log groups are kept', async () => {
  await call('ssm', 'PutParameter', { Name: '/oms/url', Type: 'String', Value: 'x' });
  await expect(call('ssm', 'PutParameter', { Name: '/oms/url', Value: 'y' })).rejects.toMatchObject({
    code: 'ParameterAlreadyExists',
  });
  expect(await call('ssm', 'GetParameter', { Name: '/oms/url' })).toMatchObject({
    Parameter: { Value: 'x', Version: 1 },
  });
  expect(await call('ssm', 'GetParameters', { Names: ['/oms/url', '/none'] })).toMatchObject({
    InvalidParameters: ['/none'],
  });
  await call('logs', 'CreateLogGroup', { logGroupName: '/aws/lambda/f' });
  await call('logs', 'PutRetentionPolicy', { logGroupName: '/aws/lambda/f', retentionInDays: 14 });
  expect(await call('logs', 'DescribeLogGroups')).toMatchObject({ logGroups: [{ retentionInDays: 14 }] });
});

test('a function’s SSM call needs the parameter’s ARN without leading slash', async () => {
  await call('ssm', 'PutParameter', { Name: '/oms/url', Value: 'x' });
  const Resource = `arn:aws:ssm:${region}:000000000000:parameter/oms/url`;
  await roleWith(aws.gateway, 'reader', [{ Effect: 'Allow', Action: 'ssm:GetParameter', Resource }]);
  const caller = { kind: 'role', role: 'reader', source: 'f' } as const;
  const get = (Name: string) =>
    aws.gateway.call({ service: 'ssm', operation: 'GetParameter', input: { Name }, caller });
  expect(await get('/oms/url')).toMatchObject({ Parameter: { Value: 'x' } });
  await expect(get('/oms/other')).rejects.toMatchObject({ code: 'AccessDeniedException' });
});
