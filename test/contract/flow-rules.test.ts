import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { host, type JsonObject } from '@fluent-connector/local-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAwsFlowRules } from '../../lambdas/adapters/aws/aws-flow-rules.ts';
import type { FlowRules } from '../../lambdas/core/operations/ports/flow-rules.ts';
import { type EmbeddedSqs, lostSqs, startEmbeddedSqs } from '../builders/embedded-sqs.ts';
import { createMemoryFlowRules } from '../fakes/memory-flow-rules.ts';

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: 'arn:aws:sqs:eu-central-1:000000000000:ingest',
    },
  ],
});
const arnOf = (rule: string) => `arn:aws:events:eu-central-1:000000000000:rule/${rule}`;

/** A rule with two queues, of which one has a policy, and a rule without targets. */
describe('the rules of the flow', () => {
  let sqs: EmbeddedSqs;
  let eventBridge: EventBridgeClient;
  const rules = {
    'partner-rule': { arn: arnOf('shop/r'), busName: 'shop', name: 'r' },
    empty: { arn: arnOf('e'), busName: 'default', name: 'e' },
    gone: { arn: arnOf('g'), busName: 'default', name: 'g' },
  };
  const onAws = (over: object = {}): FlowRules =>
    createAwsFlowRules({ eventBridge, sqs: sqs.client, rules, queueUrl: sqs.urlOf(''), ...over });
  const queues = () => [
    { name: 'ingest', arn: sqs.arnOf('ingest'), policy },
    { name: 'kept', arn: sqs.arnOf('kept') },
  ];
  const inMemory = (): FlowRules =>
    createMemoryFlowRules({
      'partner-rule': { arn: rules['partner-rule'].arn, queues: queues() },
      empty: { arn: rules.empty.arn, queues: [] },
      gone: { arn: rules.gone.arn, queues: [] },
    });

  beforeAll(async () => {
    sqs = await startEmbeddedSqs();
    const endpoint = sqs.aws.gateway.url;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    eventBridge = new EventBridgeClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
    const events = (operation: string, input: JsonObject) =>
      sqs.aws.gateway.call({ service: 'events', operation, input, caller: host });
    for (const name of ['ingest', 'kept']) await sqs.makeQueue(name);
    await sqs.call('SetQueueAttributes', { QueueUrl: sqs.urlOf('ingest'), Attributes: { Policy: policy } });
    await events('CreateEventBus', { Name: 'shop' });
    await events('PutRule', { Name: 'r', EventBusName: 'shop', EventPattern: '{"source":["a"]}' });
    await events('PutTargets', {
      Rule: 'r',
      EventBusName: 'shop',
      Targets: [{ Id: 'T', Arn: sqs.arnOf('ingest'), DeadLetterConfig: { Arn: sqs.arnOf('kept') } }],
    });
    await events('PutRule', { Name: 'e', EventPattern: '{"source":["a"]}' });
  });
  afterAll(async () => {
    eventBridge.destroy();
    await sqs.stop();
  });

  describe.each([
    ['in memory', inMemory],
    ['on AWS', onAws],
  ] as const)('%s', (_, connect) => {
    test('are known by name, with their queues and the policies of these', async () => {
      const known = connect();
      expect(known.arns).toEqual({
        'partner-rule': arnOf('shop/r'),
        empty: arnOf('e'),
        gone: arnOf('g'),
      });
      expect(await known.queuesOf('partner-rule')).toEqual(queues());
      expect(await known.queuesOf('empty')).toEqual([]);
    });

    test('an unknown name is a configuration failure', async () => {
      await expect(connect().queuesOf('toString')).rejects.toMatchObject({
        failureClass: 'configuration',
        code: 'RULE_UNKNOWN',
      });
    });
  });

  test('a missing rule is a configuration failure, and a missing answer is a retry', async () => {
    await expect(onAws().queuesOf('gone')).rejects.toMatchObject({
      failureClass: 'configuration',
      code: 'RULE_ResourceNotFoundException',
    });
    const { client } = lostSqs();
    await expect(onAws({ sqs: client }).queuesOf('partner-rule')).rejects.toMatchObject({
      failureClass: 'retry',
    });
    client.destroy();
  });
});
