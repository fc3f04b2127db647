import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/parts.ts';
import { type DeployedStack, deployStack } from '../src/template/deploy.ts';
import { type LambdaWorld, startLambdaWorld } from './lambda-world.ts';
import { writeAssembly } from './template-world.ts';

/** Prints the event, then answers as its property `answer` says. */
const ownFunction = `
  export const handler = async (event) => {
    const { ResponseURL, ...rest } = event;
    console.log(JSON.stringify(rest));
    const { StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
    const put = (body, type = '') => fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': type } });
    const good = { Status: 'SUCCESS', PhysicalResourceId: 'id-' + ResourceProperties.key, StackId, RequestId, LogicalResourceId, Data: { Colour: 'red' } };
    if (ResourceProperties.answer === 'fail') return void await put({ ...good, Status: 'FAILED', Reason: 'no such project' });
    if (ResourceProperties.answer === 'silent') return;
    const typed = await put(good, 'application/json');
    const large = await put({ ...good, Data: { x: 'x'.repeat(5000) } });
    const first = await put(good);
    const second = await put(good);
    console.log(JSON.stringify([typed, large, first, second].map((response) => response.status)));
  };`;
const providerFunction = `
  export const handler = async ({ ResponseURL, ...event }) => {
    console.log(JSON.stringify(event));
    const { answer, key } = event.ResourceProperties;
    if (answer === 'throw') throw new Error('no such project');
    if (answer === 'moves' && event.RequestType === 'Delete') return { PhysicalResourceId: 'elsewhere' };
    return answer === 'nothing' ? undefined : { PhysicalResourceId: 'id-' + key, Data: { Colour: 'blue' } };
  };`;

const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
const fn = (asset: string, Role: string, variables: JsonObject = {}): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: asset,
    Code: { S3Bucket: 'b', S3Key: `${asset}.zip` },
    Handler: 'index.handler',
    Runtime: asset === 'framework' ? 'nodejs22.x' : 'nodejs24.x',
    Role: { 'Fn::GetAtt': [Role, 'Arn'] },
    Environment: { Variables: variables },
  },
});

describe.each([
  ['of an own function', 'Own', 'own', 'red'],
  ['of cr.Provider', 'Framework', 'user', 'blue'],
])('a custom resource %s', (_, service, called, colour) => {
  let world: LambdaWorld;
  let stack: DeployedStack | undefined;
  beforeAll(async () => {
    world = await startLambdaWorld();
  });
  afterAll(() => world.stop());
  beforeEach(() => {
    stack = undefined;
  });

  const deploy = async (properties: JsonObject | undefined, extra: JsonObject = {}) => {
    const grant = {
      Statement: [
        { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': ['User', 'Arn'] } },
      ],
    };
    const assembly = await writeAssembly(
      {
        Resources: {
          Role: role,
          FrameworkRole: role,
          Own: fn('own', 'Role'),
          User: fn('user', 'Role'),
          Framework: fn('framework', 'FrameworkRole', {
            USER_ON_EVENT_FUNCTION_ARN: { 'Fn::GetAtt': ['User', 'Arn'] },
          }),
          Grant: {
            Type: 'AWS::IAM::Policy',
            Properties: { PolicyName: 'p', PolicyDocument: grant, Roles: [{ Ref: 'FrameworkRole' }] },
          },
          ...extra,
          ...(properties && {
            Thing: {
              Type: 'Custom::Thing',
              DependsOn: ['Grant', ...Object.keys(extra)],
              Properties: { ServiceToken: { 'Fn::GetAtt': [service, 'Arn'] }, ...properties },
            },
          }),
        },
        Outputs: properties
          ? { Id: { Value: { Ref: 'Thing' } }, Colour: { Value: { 'Fn::GetAtt': ['Thing', 'Colour'] } } }
          : {},
      },
      { own: ownFunction, user: providerFunction, framework: '' },
    );
    const deployed = await deployStack({
      assembly,
      stackName: 'Shop',
      gateway: world.gateway,
      ...(stack && { previous: stack }),
    });
    stack = deployed;
    return deployed;
  };
  const events = () =>
    world.lambda
      .logs(called)
      .flatMap(({ text }): JsonObject[] => (text.startsWith('{"RequestType') ? [JSON.parse(text)] : []));

  test('is created, updated, replaced and deleted with what CloudFormation would send', async () => {
    const first = await deploy({ key: 'a', count: 3, deep: [{ on: true }] });
    expect(first.outputs).toEqual({ Id: 'id-a', Colour: colour });
    expect(events().at(-1)).toEqual({
      RequestType: 'Create',
      StackId: first.stackId,
      RequestId: expect.any(String),
      ResourceType: 'Custom::Thing',
      LogicalResourceId: 'Thing',
      ResourceProperties: { ServiceToken: expect.any(String), key: 'a', count: '3', deep: [{ on: 'true' }] },
    });

    const before = events().length;
    await deploy({ key: 'a', count: 3, deep: [{ on: true }] });
    expect(events()).toHaveLength(before);

    await deploy({ key: 'a', count: 4 });
    expect(events().at(-1)).toMatchObject({
      RequestType: 'Update',
      PhysicalResourceId: 'id-a',
      ResourceProperties: { count: '4' },
      OldResourceProperties: { count: '3', deep: [{ on: 'true' }] },
    });

    const replaced = await deploy({ key: 'b' });
    expect(replaced.outputs['Id']).toBe('id-b');
    expect(events().slice(-2)).toMatchObject([
      { RequestType: 'Update', PhysicalResourceId: 'id-a' },
      { RequestType: 'Delete', PhysicalResourceId: 'id-a', ResourceProperties: { key: 'a', count: '4' } },
    ]);

    await deploy(undefined);
    expect(events().at(-1)).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: 'id-b' });
    const again = await deploy({ key: 'c' });
    await again.remove();
    expect(events().at(-1)).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: 'id-c' });
    await expect(deploy({ key: 'c' }, { Late: { Type: 'AWS::SNS::Topic' } })).resolves.toBeDefined();
    await expect(
      deploy({ key: 'c' }, { Late: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'x' } } }),
    ).rejects.toThrow(/^Shop \/ Late: .*only custom resources can be updated/);
  });
});

describe('a custom resource that goes wrong', () => {
  let world: LambdaWorld;
  beforeEach(async () => {
    world = await startLambdaWorld();
    return () => world.stop();
  });

  const deploy = async (
    service: 'own' | 'framework',
    properties: JsonObject,
    variables: JsonObject = {},
    granted = true,
  ) => {
    const statement = [
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: granted ? '*' : 'arn:other' },
    ];
    const assembly = await writeAssembly(
      {
        Resources: {
          Role: {
            ...role,
            Properties: {
              ...role.Properties,
              Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statement } }],
            },
          },
          own: fn('own', 'Role'),
          user: fn('user', 'Role'),
          framework: fn('framework', 'Role', {
            USER_ON_EVENT_FUNCTION_ARN: { 'Fn::GetAtt': ['user', 'Arn'] },
            ...variables,
          }),
          Thing: {
            Type: 'AWS::CloudFormation::CustomResource',
            Properties: { ServiceToken: { 'Fn::GetAtt': [service, 'Arn'] }, key: 'a', ...properties },
          },
        },
      },
      { own: ownFunction, user: providerFunction, framework: '' },
    );
    return deployStack({ assembly, stackName: 'Shop', gateway: world.gateway });
  };

  test('fails the deployment with the reason it gave', async () => {
    await expect(deploy('own', { answer: 'fail' })).rejects.toThrow(
      /^Shop \/ Thing: .*FAILED: no such project/,
    );
  });

  test('fails the deployment when a provider throws', async () => {
    await expect(deploy('framework', { answer: 'throw' })).rejects.toThrow(
      /^Shop \/ Thing: .*no such project/,
    );
  });

  test('is not waited for beyond its time', async () => {
    await expect(deploy('own', { answer: 'silent', ServiceTimeout: 1 })).rejects.toThrow(
      /no response within 1 s/,
    );
  });

  test('may answer once, without content-type, in 4,096 bytes', async () => {
    await deploy('own', {});
    await expect.poll(() => world.lambda.logs('own').at(-1)?.text).toBe('[403,403,200,403]');
  });

  test('gets its request id as physical id when a provider returns nothing', async () => {
    const stack = await deploy('framework', { answer: 'nothing' });
    expect(stack.resources.get('Thing')?.physicalId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('must not change its id on Delete', async () => {
    const stack = await deploy('framework', { answer: 'moves' });
    await expect(stack.remove()).rejects.toThrow(/must not change the physical id/);
  });

  test('is refused with an isCompleteHandler, or a framework without the grant to call', async () => {
    await expect(deploy('framework', {}, { USER_IS_COMPLETE_FUNCTION_ARN: 'arn' })).rejects.toThrow(
      /state machine/,
    );
    await world.stop();
    world = await startLambdaWorld();
    await expect(deploy('framework', {}, {}, false)).rejects.toThrow(/AccessDenied/);
  });
});
