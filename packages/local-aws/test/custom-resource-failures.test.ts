import { beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { deployStack } from '../src/template/deploy.ts';
import { writeAssembly } from './assembly.ts';
import { fn, ownFunction, providerFunction, role } from './custom-resource-functions.ts';
import { startTestAccount, type TestAccount } from './test-account.ts';

describe('a custom resource', () => {
  let account: TestAccount;
  beforeEach(async () => {
    account = await startTestAccount();
    return () => account.stop();
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
    return deployStack({ assembly, stackName: 'Shop', gateway: account.gateway });
  };

  test('fails the deployment with its reason', async () => {
    await expect(deploy('own', { answer: 'fail' })).rejects.toThrow(
      /^Shop \/ Thing: .*FAILED: no such project/,
    );
  });

  test('fails the deployment when a provider throws', async () => {
    await expect(deploy('framework', { answer: 'throw' })).rejects.toThrow(
      /^Shop \/ Thing: .*no such project/,
    );
  });

  test('fails the deployment when it does not respond in time', async () => {
    await expect(deploy('own', { answer: 'silent', ServiceTimeout: 1 })).rejects.toThrow(
      /no response within 1 s/,
    );
  });

  test('may respond once, without a content-type, with at most 4,096 bytes', async () => {
    await deploy('own', {});
    await expect.poll(() => account.lambda.logs('own').at(-1)?.text).toBe('[403,403,200,403]');
  });

  test('has the request id as its physical id when a provider returns nothing', async () => {
    const stack = await deploy('framework', { answer: 'nothing' });
    expect(stack.resources.get('Thing')?.physicalId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('fails the removal when it changes its id on Delete', async () => {
    const stack = await deploy('framework', { answer: 'moves' });
    await expect(stack.remove()).rejects.toThrow(/must not change the physical id/);
  });

  test('fails with an isCompleteHandler, and without a grant for the provider to invoke its function', async () => {
    await expect(deploy('framework', {}, { USER_IS_COMPLETE_FUNCTION_ARN: 'arn' })).rejects.toThrow(
      /state machine/,
    );
    await account.stop();
    account = await startTestAccount();
    await expect(deploy('framework', {}, {}, false)).rejects.toThrow(/AccessDenied/);
  });
});
