import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/parts.ts';
import { deployStack } from '../src/template/deploy.ts';
import { deployRecorded, recordingGateway, writeAssembly } from './template-world.ts';

const callsOf = async (type: string, Properties: JsonObject, others: JsonObject = {}, assets = {}) =>
  (await deployRecorded({ ...others, Thing: { Type: type, Properties } }, {}, assets)).calls;

describe('a resource of a template', () => {
  test('SQS queue: attributes as text, policy as JSON, a stable name with .fifo inside the limit', async () => {
    const properties = {
      FifoQueue: true,
      DelaySeconds: 2,
      VisibilityTimeout: '30',
      RedrivePolicy: { deadLetterTargetArn: 'arn:d', maxReceiveCount: 3 },
    };
    const [first] = await callsOf('AWS::SQS::Queue', properties);
    expect(first).toEqual({
      service: 'sqs',
      operation: 'CreateQueue',
      input: {
        QueueName: expect.stringMatching(/^Shop-Thing-[0-9A-F]{12}\.fifo$/),
        Attributes: {
          FifoQueue: 'true',
          DelaySeconds: '2',
          VisibilityTimeout: '30',
          RedrivePolicy: '{"deadLetterTargetArn":"arn:d","maxReceiveCount":3}',
        },
      },
    });
    const [second] = await callsOf('AWS::SQS::Queue', properties);
    expect(second).toEqual(first);
    const long = 'L'.repeat(100);
    const { calls } = await deployRecorded({
      [long]: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    });
    expect(String(calls[0]?.input['QueueName'])).toMatch(/^.{75}\.fifo$/);
  });

  test('queue policy: set on each queue', async () => {
    const calls = await callsOf('AWS::SQS::QueuePolicy', {
      Queues: ['http://q'],
      PolicyDocument: { Statement: [] },
    });
    expect(calls).toEqual([
      {
        service: 'sqs',
        operation: 'SetQueueAttributes',
        input: { QueueUrl: 'http://q', Attributes: { Policy: '{"Statement":[]}' } },
      },
    ]);
  });

  test('global table: table, time to live and backups; one replica only', async () => {
    const table = {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 4000 },
    };
    const replica = {
      Region: 'eu-central-1',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    };
    const calls = await callsOf('AWS::DynamoDB::GlobalTable', { ...table, Replicas: [replica] });
    expect(calls.map(({ operation }) => operation)).toEqual([
      'CreateTable',
      'UpdateTimeToLive',
      'UpdateContinuousBackups',
    ]);
    await expect(
      callsOf('AWS::DynamoDB::GlobalTable', { ...table, Replicas: [replica, { Region: 'eu-west-1' }] }),
    ).rejects.toThrow(/exactly one replica/);
    await expect(
      callsOf('AWS::DynamoDB::GlobalTable', { ...table, Replicas: [replica], StreamSpecification: {} }),
    ).rejects.toThrow(/StreamSpecification/);
  });

  test('rule: pattern as JSON, targets whole, Ref with the bus in front', async () => {
    const target = {
      Id: 'T',
      Arn: 'arn:q',
      RetryPolicy: { MaximumRetryAttempts: 3 },
      DeadLetterConfig: { Arn: 'arn:d' },
    };
    const { calls, stack } = await deployRecorded(
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            Name: 'r',
            EventBusName: 'shop',
            EventPattern: { source: ['a'] },
            State: 'ENABLED',
            Targets: [target],
          },
        },
        Nightly: { Type: 'AWS::Events::Rule', Properties: { Name: 'n', ScheduleExpression: 'rate(1 day)' } },
      },
      { Outputs: { Custom: { Value: { Ref: 'Rule' } }, Default: { Value: { Ref: 'Nightly' } } } },
    );
    expect(calls).toMatchObject([
      { operation: 'PutRule', input: { Name: 'r', EventBusName: 'shop', EventPattern: '{"source":["a"]}' } },
      { operation: 'PutTargets', input: { Rule: 'r', EventBusName: 'shop', Targets: [target] } },
      {
        operation: 'PutRule',
        input: { Name: 'n', EventBusName: 'default', ScheduleExpression: 'rate(1 day)' },
      },
    ]);
    expect(stack.outputs).toEqual({ Custom: 'shop|r', Default: 'n' });
  });

  test('function: the folder of its asset, its concurrency and recursion setting', async () => {
    const properties = {
      Code: { S3Bucket: 'b', S3Key: 'abc.zip' },
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/r',
      Runtime: 'nodejs24.x',
      Timeout: 5,
      ReservedConcurrentExecutions: 0,
      RecursiveLoop: 'Allow',
    };
    const calls = await callsOf('AWS::Lambda::Function', properties, {}, { abc: '' });
    expect(calls).toMatchObject([
      {
        operation: 'CreateFunction',
        input: { Timeout: 5, Code: { Folder: expect.stringMatching(/asset\.abc$/) } },
      },
      { operation: 'PutFunctionConcurrency', input: { ReservedConcurrentExecutions: 0 } },
      { operation: 'PutFunctionRecursionConfig', input: { RecursiveLoop: 'Allow' } },
    ]);
    await expect(callsOf('AWS::Lambda::Function', properties)).rejects.toThrow(/no asset abc\.zip/);
    await expect(
      callsOf('AWS::Lambda::Function', { ...properties, Runtime: 'python3.13' }, {}, { abc: '' }),
    ).rejects.toThrow(/python3\.13 is not built/);
  });

  test('alarm: its dimensions must name something of the stack', async () => {
    const alarm = (value: unknown, name = 'QueueName') => ({
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      Threshold: 0,
      Namespace: name === 'QueueName' ? 'AWS/SQS' : 'AWS/Events',
      MetricName: 'M',
      Dimensions: [{ Name: name, Value: value as string }],
    });
    const others = {
      Queue: { Type: 'AWS::SQS::Queue' },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: { EventBusName: 'shop', ScheduleExpression: 'rate(1 day)' },
      },
    };
    const calls = await callsOf(
      'AWS::CloudWatch::Alarm',
      alarm({ 'Fn::GetAtt': ['Queue', 'QueueName'] }),
      others,
    );
    expect(calls.map(({ operation }) => operation)).toContain('PutMetricAlarm');
    await expect(callsOf('AWS::CloudWatch::Alarm', alarm('typo'), others)).rejects.toThrow(
      /^Shop \/ Thing: .*QueueName = typo names nothing/,
    );
    await expect(callsOf('AWS::CloudWatch::Alarm', alarm({ Ref: 'Queue' }), others)).rejects.toThrow(
      /names nothing/,
    );
    await expect(
      callsOf('AWS::CloudWatch::Alarm', alarm({ Ref: 'Rule' }, 'RuleName'), others),
    ).rejects.toThrow(/names nothing/);
  });

  test('secret: a generated value', async () => {
    const [call] = await callsOf('AWS::SecretsManager::Secret', {
      Name: 'shop',
      GenerateSecretString: {
        SecretStringTemplate: '{"user":"u"}',
        GenerateStringKey: 'password',
        PasswordLength: 20,
      },
    });
    expect(JSON.parse(String(call?.input['SecretString']))).toEqual({
      user: 'u',
      password: expect.stringMatching(/^.{20}$/),
    });
  });

  test.each<[string, string, JsonObject, RegExp]>([
    ['type', 'AWS::S3::Bucket', {}, /^Shop \/ Thing: .*AWS::S3::Bucket is not built.*template\/resources/],
    [
      'property',
      'AWS::SQS::Queue',
      { Colour: 'red' },
      /^Shop \/ Thing \/ Colour: AWS::SQS::Queue: .*not known here; extend packages\/local-aws\/src\/template\/resources\/sqs\.ts$/,
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
      { QueueName: { Ref: 'Nobody' } },
      /^Shop \/ Thing \/ QueueName: Ref to Nobody/,
    ],
  ])('with an unknown %s fails, and says where', async (_, type, properties, message) => {
    await expect(callsOf(type, properties)).rejects.toThrow(message);
  });
});

describe('a template', () => {
  test('honours conditions, ignores metadata and bootstrap, resolves outputs and parameters', async () => {
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
