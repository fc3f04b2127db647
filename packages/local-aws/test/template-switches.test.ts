import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { host, type JsonObject } from '../src/contract.ts';
import { lineageOf, nextTraceHeader } from '../src/lambda/lineage.ts';
import { type DeployedStack, deployStack } from '../src/template/deploy.ts';
import { writeAssembly } from './assembly.ts';
import { startTestAccount, type TestAccount, until } from './test-account.ts';

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {},
    Policies: [
      {
        PolicyName: 'all',
        PolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'logs:*'], Resource: '*' }],
        },
      },
    ],
  },
};
const fn = (properties: JsonObject = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'b', S3Key: 'clock.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 10,
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    ...properties,
  },
});
const permission = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] },
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': ['Clock', 'Arn'] },
  },
};
const clock = {
  Type: 'AWS::Events::Rule',
  Properties: {
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [
      {
        Id: 'T',
        Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
      },
    ],
  },
};
const assets = { clock: 'export const handler = (event) => console.log(event["detail-type"] ?? "message");' };

describe('a deployed template', () => {
  let account: TestAccount;
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  beforeEach(async () => {
    account = await startTestAccount();
    stderr.mockClear();
  });
  afterEach(() => account.stop());

  async function deploy(Resources: JsonObject, previous?: DeployedStack) {
    const assembly = await writeAssembly({ Resources }, assets);
    return deployStack({
      assembly,
      stackName: 'Shop',
      gateway: account.gateway,
      ...(previous && { previous }),
    });
  }
  const nameOf = (stack: DeployedStack, id: string) => stack.resources.get(id)?.physicalId ?? '';

  test('invokes a function by a schedule when its permission allows it', async () => {
    const stack = await deploy({ Role: role, Fn: fn(), Clock: clock, Permission: permission });
    await account.aws('events', 'TriggerScheduledRule', { Rule: nameOf(stack, 'Clock') });
    await until(() => account.lambda.logs(nameOf(stack, 'Fn')).length > 0);
    expect(account.lambda.logs(nameOf(stack, 'Fn'))[0]?.text).toBe('Scheduled Event');
  });

  test('does not invoke a function by a schedule without a permission', async () => {
    const stack = await deploy({ Role: role, Fn: fn(), Clock: clock });
    await account.aws('events', 'TriggerScheduledRule', { Rule: nameOf(stack, 'Clock') });
    await until(() => stderr.mock.calls.some(([text]) => String(text).includes('gives up')));
    expect(account.lambda.logs(nameOf(stack, 'Fn'))).toEqual([]);
  });

  test.each([
    ['continues where RecursiveLoop is Allow', 'Allow', { StatusCode: 200 }],
    ['stops where RecursiveLoop is Terminate', 'Terminate', { code: 'RecursiveInvocationException' }],
  ])('with a function that invokes itself %s', async (_, RecursiveLoop, expected) => {
    const stack = await deploy({ Role: role, Fn: fn({ FunctionName: 'shop-feeder', RecursiveLoop }) });
    expect(nameOf(stack, 'Fn')).toBe('shop-feeder');
    const arn = String(stack.resources.get('Fn')?.attributes['Arn']);
    const rounds = Array.from({ length: 20 });
    const traceHeader = rounds.reduce<string>((header) => nextTraceHeader(lineageOf(header), arn), '');
    const answer = account.gateway.call({
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: 'shop-feeder', InvocationType: 'RequestResponse' },
      caller: host,
      traceHeader,
    });
    expect(await answer.catch((error: unknown) => error)).toMatchObject(expected);
  });

  test('leaves changed mappings and rules as they are when it is deployed again', async () => {
    const resources = {
      Role: role,
      Fn: fn(),
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60 } },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          FunctionName: { Ref: 'Fn' },
          ScalingConfig: { MaximumConcurrency: 10 },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: { EventPattern: { source: ['shop'] }, State: 'ENABLED' },
      },
    };
    const first = await deploy(resources);
    const UUID = nameOf(first, 'Mapping');
    const state = async () => account.aws('lambda', 'GetEventSourceMapping', { UUID });
    const change = { UUID, Enabled: false, ScalingConfig: { MaximumConcurrency: 2 } };
    await account.aws('lambda', 'UpdateEventSourceMapping', change);
    await account.aws('events', 'DisableRule', { Name: nameOf(first, 'Rule') });
    await until(async () => (await state())['State'] === 'Disabled');
    await deploy(resources, first);
    expect(await state()).toMatchObject({ State: 'Disabled', ScalingConfig: { MaximumConcurrency: 2 } });
    expect(await account.aws('events', 'DescribeRule', { Name: nameOf(first, 'Rule') })).toMatchObject({
      State: 'DISABLED',
    });
  });
});
