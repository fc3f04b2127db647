import { describe, expect, test } from 'vitest';
import { AwsError, type JsonObject, type ServiceCall } from '../src/contract.ts';
import { arn, entry, useEventBus } from './event-bus.ts';

const bus = useEventBus();
const { bodies, call, counted, delivered, put, queueFor, rule, urlOf } = bus;

describe('a failed delivery', () => {
  const withDlq = { DeadLetterConfig: { Arn: arn('sqs', 'dlq') } };
  async function deadLetter() {
    await delivered();
    const answer = await call('sqs', 'ReceiveMessage', {
      QueueUrl: urlOf('dlq'),
      MessageAttributeNames: ['All'],
    });
    const [letter] = answer['Messages'] as {
      Body: string;
      MessageAttributes: Record<string, { StringValue: string }>;
    }[];
    const attributes = Object.entries(letter?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
      name,
      StringValue,
    ]);
    return {
      body: JSON.parse(letter?.Body ?? '{}') as JsonObject,
      attributes: Object.fromEntries(attributes),
    };
  }

  test.each([
    ['without permission', 'NO_PERMISSIONS', () => call('sqs', 'CreateQueue', { QueueName: 'q' })],
    [
      'without a queue',
      'NO_RESOURCE',
      async () => {
        await queueFor('q', 'r');
        await call('sqs', 'DeleteQueue', { QueueUrl: urlOf('q') });
      },
    ],
  ])('%s goes to the dead-letter queue at once', async (_, code, prepare) => {
    await prepare();
    await queueFor('dlq', 'r');
    await rule('r', { Arn: arn('sqs', 'q'), ...withDlq });
    const answer = await put(entry());
    const { body, attributes } = await deadLetter();
    expect(body).toMatchObject({ id: answer.Entries?.[0]?.EventId, detail: { id: 'c-1' } });
    expect(attributes).toEqual({
      RULE_ARN: arn('events', 'rule/r'),
      TARGET_ARN: arn('sqs', 'q'),
      ERROR_CODE: code,
      ERROR_MESSAGE: expect.any(String),
      RETRY_ATTEMPTS: '0',
    });
  });

  test('is retried as often as the rule says after an error of the target', async () => {
    const calls: ServiceCall[] = [];
    bus.aws.gateway.register('lambda', {
      handle: async (given) => {
        calls.push(given);
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
      },
    });
    const functionArn = arn('lambda', 'function:f');
    const permission = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
    };
    bus.aws.gateway.registerResourcePolicy(
      functionArn,
      { Statement: [{ ...permission, Resource: functionArn }] },
      'r',
    );
    await queueFor('dlq', 'r');
    await rule('r', { Arn: functionArn, RetryPolicy: { MaximumRetryAttempts: 2 }, ...withDlq });
    await put(entry());
    const { attributes } = await deadLetter();
    expect(calls).toHaveLength(3);
    expect(calls[0]).toMatchObject({
      operation: 'Invoke',
      input: { FunctionName: functionArn, InvocationType: 'Event' },
    });
    expect(JSON.parse(String(calls[0]?.input['Payload']))).toMatchObject({ source: 'shop' });
    expect(attributes).toMatchObject({
      ERROR_CODE: 'THROTTLING',
      RETRY_ATTEMPTS: '2',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  test('is dropped and counted without a dead-letter queue', async () => {
    await call('sqs', 'CreateQueue', { QueueName: 'q' });
    await rule('r', { Arn: arn('sqs', 'q') });
    await put(entry());
    await delivered();
    expect([counted('FailedInvocations', 'r'), counted('InvocationsSentToDlq', 'r')]).toEqual([1, 0]);
  });

  test('of single entries in a batch is retried for those entries only', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') });
    bus.aws.gateway.faults.add({
      kind: 'fail-entries',
      service: 'sqs',
      operation: 'SendMessageBatch',
      rate: 0.5,
      limit: 4,
    });
    await put(...Array.from({ length: 10 }, (_, n) => entry({ Detail: `{"n":${n}}` })));
    const numbers = (await bodies('q')).map(
      (body) => (JSON.parse(body) as { detail: { n: number } }).detail.n,
    );
    expect(numbers.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
