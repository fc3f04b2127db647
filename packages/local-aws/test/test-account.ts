import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Gateway, host, type JsonObject, type MetricStore } from '../src/contract.ts';
import { createLambdaService, type LambdaOptions, type LambdaService } from '../src/lambda/lambda-service.ts';
import { startLocalAws } from '../src/local-aws.ts';

export interface RecordedMetric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  value: number;
}

export interface TestAccount {
  readonly gateway: Gateway;
  readonly lambda: LambdaService;
  readonly metrics: readonly RecordedMetric[];
  readonly folder: string;
  /** Calls a service as the host. */
  aws(service: string, operation: string, input: JsonObject): Promise<JsonObject>;
  /** Creates a function with a role of its own from source text and returns its ARN. */
  fn(
    name: string,
    source: string,
    settings?: JsonObject & { file?: string; policy?: JsonObject[] },
  ): Promise<string>;
  /** Creates a queue and returns its URL. */
  queue(name: string, attributes?: Record<string, string>): Promise<string>;
  invoke(name: string, event: unknown): Promise<{ error: string | undefined; result: unknown }>;
  /** Sum of a metric of AWS/Lambda for a function. */
  count(name: string, functionName: string): number;
  stop(): Promise<void>;
}

export const arnOfQueue = (name: string): string => `arn:aws:sqs:eu-central-1:000000000000:${name}`;

export const mayConsume = (queue: string): JsonObject => ({
  Effect: 'Allow',
  Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Resource: arnOfQueue(queue),
});

/** Starts all services, with short functions for what most tests need. */
export async function startTestAccount(options: Partial<LambdaOptions> = {}): Promise<TestAccount> {
  const aws = await startLocalAws({ region: 'eu-central-1' });
  const { gateway } = aws;
  const folder = await mkdtemp(join(tmpdir(), 'test-account-'));
  const metrics: RecordedMetric[] = [];
  const store: MetricStore = {
    record: (metric) => void metrics.push(metric),
    sum: () => 0,
    list: () => [],
  };
  const lambda = createLambdaService({
    gateway,
    metrics: store,
    logFolder: join(folder, 'logs'),
    retryWaitsMs: [5, 5],
    ...options,
  });
  const call = (service: string, operation: string, input: JsonObject) =>
    gateway.call({ service, operation, input, caller: host });

  return {
    gateway,
    lambda,
    metrics,
    folder,
    aws: call,
    async fn(name, source, { file = 'index.mjs', policy = [], ...settings } = {}) {
      const code = join(folder, name);
      await mkdir(code, { recursive: true });
      await writeFile(join(code, file), source);
      await call('iam', 'CreateRole', { RoleName: `${name}-role`, AssumeRolePolicyDocument: '{}' });
      if (policy.length > 0)
        await call('iam', 'PutRolePolicy', {
          RoleName: `${name}-role`,
          PolicyName: 'p',
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: policy }),
        });
      const answer = await call('lambda', 'CreateFunction', {
        FunctionName: name,
        Role: `arn:aws:iam::000000000000:role/${name}-role`,
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 25,
        Code: { Folder: code },
        ...settings,
      });
      return String(answer['FunctionArn']);
    },
    async queue(name, attributes = {}) {
      const answer = await call('sqs', 'CreateQueue', { QueueName: name, Attributes: attributes });
      return String(answer['QueueUrl']);
    },
    async invoke(name, event) {
      const answer = await call('lambda', 'Invoke', {
        FunctionName: name,
        InvocationType: 'RequestResponse',
        Payload: JSON.stringify(event),
      });
      const error = answer['FunctionError'];
      return {
        error: error === undefined ? undefined : String(error),
        result: JSON.parse(String(answer['Payload'])),
      };
    },
    count: (name, functionName) =>
      metrics
        .filter((metric) => metric.name === name && metric.dimensions['FunctionName'] === functionName)
        .reduce((sum, { value }) => sum + value, 0),
    async stop() {
      await lambda.stop(200);
      await aws.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the condition holds. The time limit of the test ends a wait that never succeeds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}
