import {
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { clientsOf, hostCalls, region, roleWith } from './clients.ts';

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws({ region, seed: 7 });
});
afterEach(() => aws.stop());

describe('a fault', () => {
  const everything: JsonObject = { Effect: 'Allow', Action: 'sqs:*', Resource: '*' };
  let QueueUrl: string;
  let sqs: ReturnType<typeof clientsOf>['sqs'];
  beforeEach(async () => {
    QueueUrl = String((await hostCalls(aws.gateway)('sqs', 'CreateQueue', { QueueName: 'q' }))['QueueUrl']);
    sqs = (await roleWith(aws.gateway, 'role', [everything])).sqs;
  });
  const send = () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const ready = async () => (await aws.queueDepths())[0]?.ready;

  test('throttles roles at its rate and in the same order each time, but never the host', async () => {
    const strikes = async (): Promise<string> => {
      const end = aws.gateway.faults.add({
        kind: 'throttle',
        service: 'sqs',
        operation: 'SendMessage',
        rate: 0.5,
      });
      let pattern = '';
      for (let i = 0; i < 12; i += 1)
        pattern += await send().then(
          () => '.',
          () => 'x',
        );
      end();
      return pattern;
    };
    const first = await strikes();
    expect(await strikes()).toBe(first);
    expect(first).toContain('x');
    expect(first).toContain('.');
    aws.gateway.faults.add({ kind: 'throttle', service: 'sqs', operation: 'ListQueues', rate: 1 });
    await clientsOf(aws.gateway).sqs.send(new ListQueuesCommand({}));
    await expect(sqs.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  test('fails single entries, which have no effect', async () => {
    aws.gateway.faults.add({
      kind: 'fail-entries',
      service: 'sqs',
      operation: 'SendMessageBatch',
      rate: 1,
      limit: 2,
    });
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }));
    const { Successful, Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Failed?.map(({ Id }) => Id)).toEqual(['a', 'b']);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['c']);
    expect(await ready()).toBe(1);
  });

  test('loses the answer of a call that took effect, or makes a call take effect twice', async () => {
    aws.gateway.faults.add({
      kind: 'lose-answer',
      service: 'sqs',
      operation: 'SendMessage',
      rate: 1,
      limit: 1,
    });
    await expect(send()).rejects.toThrow();
    expect(await ready()).toBe(1);
    aws.gateway.faults.add({
      kind: 'deliver-twice',
      service: 'sqs',
      operation: 'SendMessage',
      rate: 1,
      limit: 1,
    });
    await send();
    expect(await ready()).toBe(3);
    expect(aws.gateway.faults.counts()).toContainEqual({
      kind: 'deliver-twice',
      service: 'sqs',
      operation: 'SendMessage',
      times: 1,
    });
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages).toHaveLength(3);
  });
});
