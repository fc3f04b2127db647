import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { type DeployedStack, deployStack } from '../src/template/deploy.ts';
import { writeAssembly } from './assembly.ts';
import { fn, ownFunction, providerFunction, role } from './custom-resource-functions.ts';
import { startTestAccount, type TestAccount } from './test-account.ts';

describe.each([
  ['with its own function', 'Own', 'own', 'red'],
  ['with cr.Provider', 'Framework', 'user', 'blue'],
])('a custom resource %s', (_, service, called, colour) => {
  let account: TestAccount;
  let stack: DeployedStack | undefined;
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());
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
      gateway: account.gateway,
      ...(stack && { previous: stack }),
    });
    stack = deployed;
    return deployed;
  };
  const events = () =>
    account.lambda
      .logs(called)
      .flatMap(({ text }): JsonObject[] => (text.startsWith('{"RequestType') ? [JSON.parse(text)] : []));

  test('receives the requests of CloudFormation for create, update, replacement and delete', async () => {
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
