import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roleWith } from './clients.ts';
import { startTestAccount, type TestAccount, until } from './test-account.ts';

describe('an SDK client', () => {
  let account: TestAccount;
  const options = (accessKeyId = 'HOST') => ({
    endpoint: account.gateway.url,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());

  test('reads metrics and expressions by period, newest first', async () => {
    const start = Date.UTC(2026, 0, 1) / 1000;
    const MetricData = [10, 20, 70].map((second) => ({
      MetricName: 'Synced',
      Value: 2,
      Timestamp: start + second,
      Dimensions: [{ Name: 'service', Value: 'orders' }],
    }));
    await account.aws('monitoring', 'PutMetricData', { Namespace: 'Own', MetricData });
    const client = new CloudWatchClient(options());
    const metric = (name: string) => ({
      Metric: {
        Namespace: 'Own',
        MetricName: name,
        Dimensions: [{ Name: 'service', Value: 'orders' }],
      },
      Period: 60,
      Stat: 'Sum',
    });
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [
          { Id: 'a', MetricStat: metric('Synced') },
          { Id: 'none', MetricStat: metric('Failed') },
          { Id: 'twice', Expression: 'a * 2', Label: 'Twice' },
        ],
        StartTime: new Date(start * 1000),
        EndTime: new Date((start + 120) * 1000),
      }),
    );
    expect(MetricDataResults).toMatchObject([
      {
        Id: 'a',
        Label: 'Synced',
        Timestamps: [new Date((start + 60) * 1000), new Date(start * 1000)],
        Values: [2, 4],
        StatusCode: 'Complete',
      },
      { Id: 'none', Values: [] },
      { Id: 'twice', Label: 'Twice', Values: [4, 8] },
    ]);
  });

  test('needs cloudwatch:GetMetricData on all resources to read metrics', async () => {
    const { accessKeyFor } = account.gateway;
    await roleWith(account.gateway, 'counts', [
      { Effect: 'Allow', Action: 'cloudwatch:GetMetricData', Resource: '*' },
    ]);
    await roleWith(account.gateway, 'counts-not', []);
    const read = (role: string) =>
      new CloudWatchClient(options(accessKeyFor(role))).send(
        new GetMetricDataCommand({ MetricDataQueries: [], StartTime: new Date(0), EndTime: new Date() }),
      );
    await expect(read('counts')).resolves.toMatchObject({ MetricDataResults: [] });
    await expect(read('counts-not')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('finds log lines by time and filter pattern, page by page', async () => {
    await account.aws('logs', 'CreateLogGroup', { logGroupName: 'talker-logs' });
    await account.fn(
      'talker',
      'export const handler = ({ n }) => { console.log(JSON.stringify({ message: "outcome", id: "c-" + n })); };',
      { LoggingConfig: { LogGroup: 'talker-logs' } },
    );
    for (const n of [1, 2, 3]) await account.invoke('talker', { n });
    await until(() => account.lambda.logs('talker').length === 3);
    const client = new CloudWatchLogsClient(options());
    const find = (rest: object) =>
      client.send(new FilterLogEventsCommand({ logGroupName: 'talker-logs', ...rest }));
    const messages = async (rest: object) =>
      ((await find(rest)).events ?? []).map(({ message = '' }) => JSON.parse(message).id);
    expect(await messages({})).toEqual(['c-1', 'c-2', 'c-3']);
    expect(await messages({ filterPattern: '{ $.id = "c-2" && $.message = "outcome" }' })).toEqual(['c-2']);
    expect(await messages({ filterPattern: '"c-3"' })).toEqual(['c-3']);
    expect(await messages({ endTime: 1 })).toEqual([]);
    const first = await find({ limit: 2 });
    expect(first.events).toHaveLength(2);
    expect(await messages({ nextToken: first.nextToken })).toEqual(['c-3']);
    await expect(find({ logGroupName: 'missing' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(find({ filterPattern: '[ip, user]' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('reads the account of its caller from STS', async () => {
    const client = new STSClient(options());
    expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '000000000000' });
  });
});
