import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { clientsOf, eventually, region } from './clients.ts';

let aws: LocalAws;
let sqs: ReturnType<typeof clientsOf>['sqs'];
const arn = (name: string) => `arn:aws:sqs:${region}:000000000000:${name}`;

beforeAll(async () => {
  aws = await startLocalAws({ region });
  sqs = clientsOf(aws.gateway).sqs;
});
afterAll(() => aws.stop());

async function queue(name: string, Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return QueueUrl ?? '';
}

async function receive(QueueUrl: string, VisibilityTimeout?: number) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      ...(VisibilityTimeout !== undefined && { VisibilityTimeout }),
    }),
  );
  return Messages;
}

function redriveTo(name: string, maxReceiveCount = 1): Record<string, string> {
  return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(name), maxReceiveCount }) };
}

describe('queue URLs', () => {
  test('point to the gateway in every answer', async () => {
    const url = await queue('urls');
    expect(url).toBe(`${aws.gateway.url}/000000000000/urls`);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'urls' }))).QueueUrl).toBe(url);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'urls' }))).QueueUrls).toEqual([url]);
  });

  test('of a missing queue fail with QueueDoesNotExist', async () => {
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});

describe('messages', () => {
  test('arrive unchanged, with MD5 sums that the client accepts', async () => {
    const url = await queue('bytes');
    const body = '{"name":"Zoë 🛒","n":1.0,"tab":"\\t"}';
    const attribute = { DataType: 'String', StringValue: 'é' };
    await sqs.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageAttributes: { attribute } }),
    );
    const [message] = await receive(url);
    expect(message?.Body).toBe(body);
    expect(message?.MessageAttributes?.['attribute']?.StringValue).toBe('é');
  });

  test('in a batch of eleven are refused with the error name of AWS', async () => {
    const url = await queue('eleven');
    const Entries = Array.from({ length: 11 }, (_, i) => ({ Id: `${i}`, MessageBody: 'x' }));
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    });
  });
});

describe('FIFO groups', () => {
  test('stay locked while a message is in flight or hidden', async () => {
    const url = await queue('lock.fifo', {
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    for (const [group, id] of [
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
    ] as const) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: id,
          MessageGroupId: group,
          MessageDeduplicationId: id,
        }),
      );
    }
    const first = await receive(url);
    expect(first.map(({ Body }) => Body)).toEqual(['1', '3']);
    const ReceiptHandle = first[0]?.ReceiptHandle;
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 60 }),
    );
    expect(await receive(url)).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['2']);
  });

  test('accept deduplication scope and throughput limit at creation', async () => {
    const url = await queue('scope.fifo', {
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ DeduplicationScope: 'messageGroup', QueueArn: arn('scope.fifo') });
  });
});

describe('dead-letter queues', () => {
  test.each([
    ['a target that does not exist', redriveTo('absent')],
    [
      'a target in another account',
      {
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:${region}:111111111111:urls`,
          maxReceiveCount: 1,
        }),
      },
    ],
    [
      'a receive count of zero',
      { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('urls'), maxReceiveCount: 0 }) },
    ],
  ])('%s is refused', async (_, attributes) => {
    await expect(queue('refused', attributes)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('an unknown attribute is refused', async () => {
    await expect(queue('strange', { Retention: '1' })).rejects.toMatchObject({
      name: 'InvalidAttributeName',
    });
  });

  test('a message that was received too often moves, and redrive sends it again', async () => {
    await queue('main-dlq');
    const url = await queue('main', redriveTo('main-dlq'));
    const attribute = { DataType: 'String', StringValue: 'kept' };
    const sent = await sqs.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison', MessageAttributes: { attribute } }),
    );
    expect(await receive(url, 0)).toHaveLength(1);
    expect(await receive(url, 0)).toEqual([]);
    const depth = (await aws.queueDepths()).find(({ queue: name }) => name === 'main-dlq');
    expect(depth).toMatchObject({ ready: 1, inFlight: 0, delayed: 0 });

    const dlqUrl = `${aws.gateway.url}/000000000000/main-dlq`;
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dlqUrl }));
    expect(sources.queueUrls).toEqual([url]);

    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn('main-dlq') }));
    const done = await eventually(async () => {
      const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn('main-dlq') }));
      return Results?.find(({ Status }) => Status === 'COMPLETED');
    });
    expect(done.ApproximateNumberOfMessagesMoved).toBe(1);
    const [moved] = await receive(url);
    expect(moved).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
    expect(moved?.MessageAttributes?.['attribute']?.StringValue).toBe('kept');
    expect(moved?.MessageId).not.toBe(sent.MessageId);
  });

  test.each([{}, { DestinationArn: arn('urls') }])(
    'a redrive of an ordinary queue is refused: %j',
    async (more) => {
      await queue('plain');
      const move = new StartMessageMoveTaskCommand({ SourceArn: arn('plain'), ...more });
      await expect(sqs.send(move)).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    },
  );
});

test('queue depths count an expired visibility timeout on a queue without receives', async () => {
  const url = await queue('unread');
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }));
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'later', DelaySeconds: 60 }));
  await receive(url, 0);
  const depth = (await aws.queueDepths()).find(({ queue: name }) => name === 'unread');
  expect(depth).toMatchObject({ ready: 1, inFlight: 0, delayed: 1 });
});
