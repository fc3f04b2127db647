import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { host, type JsonObject, type LocalAws, startLocalAws } from '@fluent-connector/local-aws';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCloudWatchRates } from '../../lambdas/adapters/aws/cloudwatch-rates.ts';
import type { MetricName } from '../../lambdas/core/base/ports/metrics.ts';

const now = Date.parse('2026-11-20T12:00:30Z');

describe('the rates from CloudWatch', () => {
  let aws: LocalAws;
  let client: CloudWatchClient;
  let round = 0;
  beforeAll(async () => {
    aws = await startLocalAws({ region: 'eu-central-1' });
    client = new CloudWatchClient({
      endpoint: aws.gateway.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client.destroy();
    await aws.stop();
  });
  beforeEach(() => void round++);

  const connect = () =>
    createCloudWatchRates({
      ...{ client, namespace: 'Connector', clock: () => now },
      signal: new AbortController().signal,
    });
  const service = () => `customer-${round}`;
  const count = (metric: MetricName, value: number, secondsAgo: number, of = service()) => {
    const datum: JsonObject = {
      MetricName: metric,
      Value: value,
      Timestamp: now / 1_000 - secondsAgo,
      Dimensions: [{ Name: 'service', Value: of }],
    };
    return aws.gateway.call({
      service: 'monitoring',
      operation: 'PutMetricData',
      input: { Namespace: 'Connector', MetricData: [datum] },
      caller: host,
    });
  };

  test('sum what was counted in a time, each metric for itself, of one function only', async () => {
    await count('Received', 5, 10);
    await count('Received', 7, 3_000);
    await count('Received', 100, 90_000);
    await count('Received', 9, 10, 'another');
    await count('VersionGaps', 1, 86_000);
    const metrics = ['Received', 'VersionGaps', 'LateArrivals'] as const;
    expect(await connect().sums({ service: service(), metrics, seconds: 86_400 })).toEqual({
      Received: 12,
      VersionGaps: 1,
      LateArrivals: 0,
    });
  });

  test('find the busiest minute over all metrics together', async () => {
    await count('Synced', 300, 600);
    await count('Unchanged', 60, 600);
    await count('Synced', 350, 1_200);
    await count('Synced', 9_999, 4_000);
    const metrics = ['Synced', 'Unchanged'] as const;
    expect(await connect().busiestMinute({ service: service(), metrics, seconds: 3_600 })).toBe(360);
    expect(await connect().busiestMinute({ service: 'nobody', metrics, seconds: 3_600 })).toBe(0);
  });

  test('are absent when CloudWatch does not answer', async () => {
    const lost = new CloudWatchClient({
      endpoint: 'http://127.0.0.1:9',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const rates = createCloudWatchRates({
      ...{ client: lost, namespace: 'Connector', clock: () => now },
      signal: new AbortController().signal,
    });
    const query = { service: 'customer', metrics: ['Received'] as const, seconds: 3_600 };
    expect(await rates.sums(query)).toBeUndefined();
    expect(await rates.busiestMinute(query)).toBeUndefined();
    lost.destroy();
  });
});
