import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller, JsonObject } from '../src/contract.ts';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { hostCalls, region, roleWith } from './clients.ts';

let aws: LocalAws;
let call: ReturnType<typeof hostCalls>;
const queueArn = `arn:aws:sqs:${region}:000000000000:orders`;
const ruleArn = `arn:aws:events:${region}:000000000000:rule/bus/rule`;
let QueueUrl: string;

beforeEach(async () => {
  aws = await startLocalAws({ region });
  call = hostCalls(aws.gateway);
  QueueUrl = String((await call('sqs', 'CreateQueue', { QueueName: 'orders' }))['QueueUrl']);
});
afterEach(() => aws.stop());

const allow = (Action: string | string[], Resource: string): JsonObject => ({
  Effect: 'Allow',
  Action,
  Resource,
});

describe('a role', () => {
  test('may do only what its policy allows, including batches', async () => {
    const { sqs } = await roleWith(aws.gateway, 'sender', [
      allow(['sqs:SendMessage', 'sqs:GetQueue*'], queueArn),
    ]);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'x' }] }));
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`sqs:ReceiveMessage on resource: ${queueArn}`),
    });
  });

  test('is refused by an explicit deny, whatever else allows the call', async () => {
    const { sqs } = await roleWith(aws.gateway, 'denied', [
      allow('sqs:*', '*'),
      { Effect: 'Deny', Action: 'sqs:Send*', Resource: queueArn },
    ]);
    await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders' }));
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('reads a secret by name or by ARN without suffix when the policy ends in six question marks', async () => {
    await call('secretsmanager', 'CreateSecret', { Name: 'shop/login', SecretString: '{"a":1}' });
    const arn = `arn:aws:secretsmanager:${region}:000000000000:secret:shop/login`;
    const { secrets } = await roleWith(aws.gateway, 'reader', [
      allow('secretsmanager:GetSecretValue', `${arn}-??????`),
    ]);
    const full = (await secrets.send(new GetSecretValueCommand({ SecretId: 'shop/login' }))).ARN ?? '';
    expect(full).toMatch(/shop\/login-[A-Za-z0-9]{6}$/);
    for (const SecretId of [arn, full]) {
      expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('{"a":1}');
    }
  });
});

describe('a queue policy', () => {
  const asRule: Caller = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: ruleArn };
  const send = (caller: Caller) =>
    aws.gateway.call({
      service: 'sqs',
      operation: 'SendMessage',
      input: { QueueUrl, MessageBody: 'x' },
      caller,
    });
  const policy = (...Statement: JsonObject[]) =>
    call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: JSON.stringify({ Statement }) } });
  const fromRule = (arn: string): JsonObject => ({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': arn } },
  });
  const enforceSsl: JsonObject = {
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'sqs:*',
    Resource: queueArn,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };

  test('allows the rule that it names, even with enforceSSL', async () => {
    await expect(send(asRule)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await policy(enforceSsl, fromRule(ruleArn));
    await send(asRule);
  });

  test('refuses another rule and another service', async () => {
    await policy(fromRule(`${ruleArn}-other`));
    await expect(send(asRule)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await policy(fromRule(ruleArn));
    await expect(send({ ...asRule, principal: 'sns.amazonaws.com' })).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  test.each([
    ['an unknown operator', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ['an unknown key', { Condition: { StringEquals: { 'aws:username': 'x' } } }],
    ['NotAction', { NotAction: 'sqs:SendMessage' }],
  ])('with %s is refused', async (_, extra) => {
    await expect(policy({ ...fromRule(ruleArn), ...extra })).rejects.toMatchObject({
      code: 'MalformedPolicyDocument',
    });
  });
});

test('the policy report lists refused calls and unused grants', async () => {
  const { sqs } = await roleWith(aws.gateway, 'listener', [
    allow(['sqs:SendMessage', 'sqs:PurgeQueue'], queueArn),
  ]);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl })).catch(() => undefined);
  expect(aws.gateway.policyReport()).toEqual({
    denied: [{ role: 'listener', action: 'sqs:ReceiveMessage', resource: queueArn, calls: 1 }],
    unused: [{ role: 'listener', action: 'sqs:PurgeQueue', resource: queueArn }],
  });
});

test('a policy for a missing role and an unsupported managed policy are refused', async () => {
  const document = { RoleName: 'missing', PolicyName: 'p', PolicyDocument: '{"Statement":[]}' };
  await expect(call('iam', 'PutRolePolicy', document)).rejects.toMatchObject({ code: 'NoSuchEntity' });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await expect(call('iam', 'AttachRolePolicy', { RoleName: 'x', PolicyArn })).rejects.toMatchObject({
    code: 'NoSuchEntity',
  });
});
