import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { eventually, hostCalls, region } from './clients.ts';

let aws: LocalAws;
let call: ReturnType<typeof hostCalls>;

beforeEach(async () => {
  aws = await startLocalAws({ region, alarmPeriodScale: 1 });
  call = hostCalls(aws.gateway);
});
afterEach(() => aws.stop());

// Far in the future, so that the evaluations of every second do not interfere.
const start = Date.parse('2100-01-01T00:00:00Z');
const minute = (n: number) => new Date(start + n * 60_000);
const errors = (value: number, at: Date, service = 'orders') =>
  aws.metrics.record({ namespace: 'Shop', name: 'Errors', dimensions: { service }, value, at });

function alarm(given: JsonObject = {}): JsonObject {
  return {
    AlarmName: 'a',
    AlarmDescription: 'Too many errors.',
    Namespace: 'Shop',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'service', Value: 'orders' }],
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
  test('changes to ALARM when a period reaches the threshold, and back to OK afterwards', async () => {
    await call('monitoring', 'PutMetricAlarm', alarm());
    errors(2, minute(0));
    errors(1, minute(0));
    expect(await stateAt(minute(0))).toBe('ALARM');
    expect(await stateAt(minute(2))).toBe('OK');
  });

  test('ignores metrics with other or additional dimensions', async () => {
    await call('monitoring', 'PutMetricAlarm', alarm());
    errors(9, minute(0), 'payments');
    const dimensions = { service: 'orders', tenant: 'x' };
    aws.metrics.record({ namespace: 'Shop', name: 'Errors', dimensions, value: 9, at: minute(0) });
    expect(await stateAt(minute(0))).toBe('OK');
    expect(aws.alarmsWithoutData()).toEqual(['a']);
  });

  test('needs as many breaching periods as it defines', async () => {
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
  ])('that treats missing data as %s is %s', async (TreatMissingData, state) => {
    await call('monitoring', 'PutMetricAlarm', alarm({ TreatMissingData }));
    expect(await stateAt(minute(0))).toBe(state);
  });

  test.each([
    ['Average', 2],
    ['Minimum', 1],
    ['Maximum', 3],
    ['SampleCount', 2],
    ['p50', 1],
  ])('evaluates the statistic %s', async (statistic, value) => {
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
      namespace: 'Shop',
      name: 'Events',
      dimensions: { service: 'orders' },
      value: 10,
      at: minute(0),
    });
    expect(await stateAt(minute(0))).toBe('OK');
    errors(1, minute(0));
    expect(await stateAt(minute(0))).toBe('ALARM');
  });

  test('on a dead-letter queue follows the messages of the queue', async () => {
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
  ])('with %s is refused', async (_, given) => {
    await expect(call('monitoring', 'PutMetricAlarm', alarm(given))).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  test('sends an event to the default bus, even when SetAlarmState changes it', async () => {
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
    await call('monitoring', 'SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'test' });
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
        state: { value: 'ALARM', reason: 'test' },
        previousState: { value: 'INSUFFICIENT_DATA' },
        configuration: {
          metrics: [{ metricStat: { metric: { name: 'Errors', dimensions: { service: 'orders' } } } }],
        },
      },
    });
  });
});

test('a composite alarm follows the states of its alarms', async () => {
  await call('monitoring', 'PutMetricAlarm', alarm());
  await call('monitoring', 'PutCompositeAlarm', { AlarmName: 'any', AlarmRule: 'ALARM("a") OR ALARM("b")' });
  expect(await stateAt(minute(0), 'any')).toBe('OK');
  errors(3, minute(1));
  expect(await stateAt(minute(1), 'any')).toBe('ALARM');
});
