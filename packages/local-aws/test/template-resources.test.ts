import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { deployRecorded } from './assembly.ts';

const callsOf = async (type: string, Properties: JsonObject, others: JsonObject = {}, assets = {}) =>
  (await deployRecorded({ ...others, Thing: { Type: type, Properties } }, {}, assets)).calls;

describe('a resource of a template', () => {
  test('a queue has string attributes, JSON policies and a stable name that ends in .fifo', async () => {
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

  test('a queue policy is set on each of its queues', async () => {
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

  test('a global table with one replica creates a table with time to live and backups', async () => {
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

  test('a rule has a JSON pattern, complete targets, and a Ref that starts with its bus', async () => {
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

  test('a function has the folder of its asset, its concurrency and its recursion setting', async () => {
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
    ).rejects.toThrow(/python3\.13 is not supported/);
  });

  test('an alarm must have dimensions that name resources of the stack', async () => {
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
      /^Shop \/ Thing: .*no resource of the stack .*QueueName = typo/,
    );
    await expect(callsOf('AWS::CloudWatch::Alarm', alarm({ Ref: 'Queue' }), others)).rejects.toThrow(
      /no resource of the stack/,
    );
    await expect(
      callsOf('AWS::CloudWatch::Alarm', alarm({ Ref: 'Rule' }, 'RuleName'), others),
    ).rejects.toThrow(/no resource of the stack/);
  });

  test('a secret has a generated value', async () => {
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
});
