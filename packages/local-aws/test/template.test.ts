import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { deployStack } from '../src/template/deploy.ts';
import { deployRecorded, recordingGateway, writeAssembly } from './assembly.ts';

const callsOf = async (type: string, Properties: JsonObject, others: JsonObject = {}, assets = {}) =>
  (await deployRecorded({ ...others, Thing: { Type: type, Properties } }, {}, assets)).calls;

describe('a template', () => {
  test.each<[string, string, JsonObject, RegExp]>([
    [
      'type',
      'AWS::S3::Bucket',
      {},
      /^Shop \/ Thing: .*AWS::S3::Bucket is not supported.*template\/resources/,
    ],
    [
      'property',
      'AWS::SQS::Queue',
      { Colour: 'red' },
      /^Shop \/ Thing \/ Colour: AWS::SQS::Queue: .*not supported; extend packages\/local-aws\/src\/template\/resources\/sqs\.ts$/,
    ],
    [
      'nested property',
      'AWS::Events::Rule',
      { Targets: [{ Id: 'a', Arn: 'b', EcsParameters: {} }] },
      /^Shop \/ Thing \/ Targets\.0\.EcsParameters: .*resources\/events\.ts$/,
    ],
    [
      'filter of a mapping',
      'AWS::Lambda::EventSourceMapping',
      { EventSourceArn: 'a', FunctionName: 'f', FilterCriteria: {} },
      /FilterCriteria/,
    ],
    ['layer of a function', 'AWS::Lambda::Function', { Layers: [] }, /Shop \/ Thing/],
    [
      'success destination',
      'AWS::Lambda::EventInvokeConfig',
      { FunctionName: 'f', Qualifier: '$LATEST', DestinationConfig: { OnSuccess: {} } },
      /DestinationConfig\.OnSuccess/,
    ],
    [
      'missing property',
      'AWS::IAM::Role',
      {},
      /^Shop \/ Thing \/ AssumeRolePolicyDocument: .*resources\/iam\.ts$/,
    ],
    [
      'name',
      'AWS::SQS::Queue',
      { QueueName: { Ref: 'Missing' } },
      /^Shop \/ Thing \/ QueueName: Ref to Missing/,
    ],
  ])('with an unsupported %s fails and names the place', async (_, type, properties, message) => {
    await expect(callsOf(type, properties)).rejects.toThrow(message);
  });

  test('honours conditions, ignores metadata and the bootstrap version, resolves outputs and parameters', async () => {
    const { calls, stack } = await deployRecorded(
      {
        Kept: {
          Type: 'AWS::SQS::Queue',
          Condition: 'Yes',
          DependsOn: ['Dropped'],
          Properties: { QueueName: { Ref: 'Name' } },
        },
        Dropped: { Type: 'AWS::SQS::Queue', Condition: 'No' },
        CDKMetadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2' } },
      },
      {
        Parameters: {
          Name: { Type: 'String', Default: 'named' },
          BootstrapVersion: {
            Type: 'AWS::SSM::Parameter::Value<String>',
            Default: '/cdk-bootstrap/x/version',
          },
        },
        Rules: { CheckBootstrapVersion: {} },
        Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Equals': ['a', 'b'] } },
        Outputs: { Url: { Value: { Ref: 'Kept' } }, Gone: { Value: { Ref: 'Dropped' }, Condition: 'No' } },
      },
    );
    expect(calls.map(({ input }) => input['QueueName'])).toEqual(['named']);
    expect([...stack.resources.keys()]).toEqual(['Kept']);
    expect(stack.outputs).toEqual({ Url: 'http://127.0.0.1:1/000000000000/named' });
  });

  test('that was synthesized for another account is refused', async () => {
    const { gateway } = recordingGateway();
    const assembly = await writeAssembly({ Resources: {} }, {}, '123456789012');
    await expect(deployStack({ assembly, stackName: 'Shop', gateway })).rejects.toThrow(
      /^Shop: synthesized for 123456789012/,
    );
    await expect(deployStack({ assembly, stackName: 'Other', gateway })).rejects.toThrow(
      /^Other: not in .* holds Shop$/,
    );
  });
});
