import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type LocalAws, startLocalAws } from '@fluent-connector/local-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCloudWatchQueueAges } from '../../lambdas/adapters/aws/cloudwatch-queue-ages.ts';

const now = Date.parse('2026-11-20T12:00:30Z');
const queues = {
  ingest: { url: 'https://sqs/000000000000/ingest-queue' },
  'handler/customer': { url: 'https://sqs/000000000000/customer.fifo' },
  route: { url: 'https://sqs/000000000000/route-queue' },
};

describe('the ages of the queues from CloudWatch', () => {
  let aws: LocalAws;
  const clients: CloudWatchClient[] = [];
  beforeAll(async () => {
    aws = await startLocalAws({ region: 'eu-central-1' });
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await aws.stop();
  });

  const agesAt = (endpoint: string) => {
    const client = new CloudWatchClient({
      ...{ endpoint, region: 'eu-central-1', maxAttempts: 1 },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    clients.push(client);
    const { signal } = new AbortController();
    return createCloudWatchQueueAges({ client, queues, clock: () => now, signal });
  };
  const gauge = (queue: string, value: number, secondsAgo: number) =>
    aws.metrics.record({
      ...{ namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', dimensions: { QueueName: queue } },
      ...{ value, at: new Date(now - secondsAgo * 1_000) },
    });

  test('are the newest that SQS published for each queue; an idle queue has none', async () => {
    gauge('ingest-queue', 900, 300);
    gauge('ingest-queue', 20, 60);
    gauge('customer.fifo', 1_260, 180);
    gauge('route-queue', 5_000, 3_600);
    expect(await agesAt(aws.gateway.url).oldest()).toEqual({ ingest: 20, 'handler/customer': 1_260 });
  });

  test('are absent when CloudWatch does not answer', async () => {
    expect(await agesAt('http://127.0.0.1:9').oldest()).toBeUndefined();
  });
});
