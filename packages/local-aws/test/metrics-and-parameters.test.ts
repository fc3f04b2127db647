import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { hostCalls, region, roleWith } from './clients.ts';

let aws: LocalAws;
let call: ReturnType<typeof hostCalls>;

beforeEach(async () => {
  aws = await startLocalAws({ region });
  call = hostCalls(aws.gateway);
});
afterEach(() => aws.stop());

const start = Date.parse('2100-01-01T00:00:00Z');

test('GetMetricStatistics returns the metrics of PutMetricData by period', async () => {
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

test('PutDashboard refuses a body that is not JSON', async () => {
  await call('monitoring', 'PutDashboard', { DashboardName: 'd', DashboardBody: '{"widgets":[]}' });
  await expect(
    call('monitoring', 'PutDashboard', { DashboardName: 'd', DashboardBody: '{' }),
  ).rejects.toMatchObject({
    code: 'InvalidParameterInput',
  });
});

test('parameters and log groups are stored', async () => {
  await call('ssm', 'PutParameter', { Name: '/shop/url', Type: 'String', Value: 'x' });
  await expect(call('ssm', 'PutParameter', { Name: '/shop/url', Value: 'y' })).rejects.toMatchObject({
    code: 'ParameterAlreadyExists',
  });
  expect(await call('ssm', 'GetParameter', { Name: '/shop/url' })).toMatchObject({
    Parameter: { Value: 'x', Version: 1 },
  });
  expect(await call('ssm', 'GetParameters', { Names: ['/shop/url', '/none'] })).toMatchObject({
    InvalidParameters: ['/none'],
  });
  await call('logs', 'CreateLogGroup', { logGroupName: '/aws/lambda/f' });
  await call('logs', 'PutRetentionPolicy', { logGroupName: '/aws/lambda/f', retentionInDays: 14 });
  expect(await call('logs', 'DescribeLogGroups')).toMatchObject({ logGroups: [{ retentionInDays: 14 }] });
});

test('a role needs a grant for the ARN of the parameter without its leading slash', async () => {
  await call('ssm', 'PutParameter', { Name: '/shop/url', Value: 'x' });
  const Resource = `arn:aws:ssm:${region}:000000000000:parameter/shop/url`;
  await roleWith(aws.gateway, 'reader', [{ Effect: 'Allow', Action: 'ssm:GetParameter', Resource }]);
  const caller = { kind: 'role', role: 'reader', source: 'f' } as const;
  const get = (Name: string) =>
    aws.gateway.call({ service: 'ssm', operation: 'GetParameter', input: { Name }, caller });
  expect(await get('/shop/url')).toMatchObject({ Parameter: { Value: 'x' } });
  await expect(get('/shop/other')).rejects.toMatchObject({ code: 'AccessDeniedException' });
});
