import { join } from 'node:path';
import { type Acknowledgment, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  EventSourceMapping,
  type IFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageConfig } from '../config/stage-config.ts';
import { type Alarms, alarmPeriod } from './alarms.ts';
import { metricsNamespace } from './business-metric.ts';
import { acknowledge, acknowledged } from './checks/acknowledged-findings.ts';
import { checkEnvironment } from './checks/environment-size.ts';
import type { MessageQueue } from './message-queue.ts';

const projectRoot = join(import.meta.dirname, '../..');

export const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  sourceMap: true,
  sourcesContent: false,
  mainFields: ['module', 'main'],
  // The SDK of the Lambda runtime is another version than the one that was tested.
  bundleAwsSDK: true,
  // Dependencies in CommonJS call require, which an ES module does not have.
  banner:
    "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  metafile: true,
  esbuildArgs: {
    // The chain that looks for credentials is a fifth of a bundle; Lambda has them in the environment.
    '--alias:@aws-sdk/credential-provider-node': join(
      projectRoot,
      'lambdas/runtime/lambda/lambda-credentials.ts',
    ),
    // Nothing streams events.
    '--alias:@smithy/core/event-streams': join(projectRoot, 'lambdas/runtime/lambda/no-event-streams.ts'),
  },
  logLevel: LogLevel.WARNING,
};

/** Gives exact actions on one exact resource. */
export interface FunctionGrants {
  allow(actions: readonly string[], resourceArn: string): void;
}

export interface ConnectorFunctionProps<Env> {
  /** Folder that holds handler.ts. */
  readonly folder: string;
  /** Name in logs, metrics and alarms. */
  readonly name: string;
  /** Overrides `<name>-errors` and `<name>-throttles`, where several functions share those headings. */
  readonly alarmName?: { readonly name: string; readonly subject: string };
  /** What it means for the customers when this function fails. */
  readonly impact: string;
  readonly environment: Env;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Who invokes it, which decides what stands behind it when it fails; a queue unless told. */
  readonly invokedBy?: InvokedBy;
  /** A name that callers outside the stack can know beforehand; generated unless told. */
  readonly functionName?: string;
  /** It may invoke itself through its queue without end; Lambda cuts such a loop after about 16 rounds otherwise. */
  readonly mayLoop?: boolean;
  readonly config: StageConfig;
  readonly alarms: Alarms;
}

/**
 * `caller`: waits for the answer and sees the error. Else asynchronously: what failed all tries goes to the dead letters;
 * `retries` after the first try, 2 unless told.
 */
export type InvokedBy = 'queue' | 'caller' | { readonly deadLetters: IQueue; readonly retries?: number };

export interface BatchProps {
  readonly batchSize: number;
  readonly windowSeconds?: number;
  readonly maxConcurrency?: number;
}

/** One Lambda function with its bundle, its own role, its log group and the alarms on its crashes and throttles. */
export class ConnectorFunction<Env extends Readonly<Record<keyof Env, string>>>
  extends Construct
  implements FunctionGrants
{
  readonly function: IFunction;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: ConnectorFunctionProps<Env>) {
    super(scope, id);
    const { config, name, invokedBy = 'queue' } = props;
    const environment: Record<string, string> = {
      ...props.environment,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      POWERTOOLS_LOG_LEVEL: config.functions.logLevel,
    };
    checkEnvironment(Stack.of(this), name, environment);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.#role);
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(props.folder, 'handler.ts'),
      handler: 'handler',
      projectRoot,
      depsLockFilePath: join(projectRoot, 'package-lock.json'),
      bundling,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.#role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Leaves out the START and REPORT lines, which cost more than they tell.
      systemLogLevelV2: SystemLogLevel.WARN,
      awsSdkConnectionReuse: false,
      environment,
      ...(props.functionName === undefined ? {} : { functionName: props.functionName }),
      ...(props.mayLoop ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
      ...(typeof invokedBy === 'object' ? asynchronous(invokedBy) : {}),
    });
    acknowledge(this.function, findingsOf(invokedBy));
    this.#addAlarms(props);
  }

  allow(actions: readonly string[], resourceArn: string): void {
    this.#role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [resourceArn] }));
  }

  /** May invoke this function and wait for its answer. */
  grantInvoke(to: FunctionGrants): void {
    to.allow(['lambda:InvokeFunction'], this.function.functionArn);
  }

  /**
   * Works off a queue, in batches that report each failed message by itself. The mapping says nothing of being enabled: a
   * deployment shall not undo a pause.
   */
  consume(source: MessageQueue, batch: BatchProps): EventSourceMapping {
    const { queueArn } = source.queue;
    this.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queueArn);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: this.function,
      eventSourceArn: queueArn,
      batchSize: batch.batchSize,
      reportBatchItemFailures: true,
      ...(batch.windowSeconds === undefined
        ? {}
        : { maxBatchingWindow: Duration.seconds(batch.windowSeconds) }),
      ...(batch.maxConcurrency === undefined ? {} : { maxConcurrency: batch.maxConcurrency }),
    });
    acknowledge(mapping, acknowledged.queueMapping);
    return mapping;
  }

  #addAlarms({ alarms, name, alarmName, impact }: ConnectorFunctionProps<Env>): void {
    const heading = alarmName?.name ?? name;
    const subject = alarmName?.subject;
    alarms.add({
      name: `${heading}-errors`,
      subject,
      impact: `The function crashed or timed out; what it held is tried again. ${impact}`,
      metric: this.function.metricErrors({ period: alarmPeriod, statistic: 'Sum' }),
      threshold: 1,
    });
    alarms.add({
      name: `${heading}-throttles`,
      subject,
      impact: `The account has no concurrency left for the function. ${impact}`,
      metric: this.function.metricThrottles({ period: alarmPeriod, statistic: 'Sum' }),
      threshold: 1,
      // Pollers that start up are throttled for a moment; three periods are a shortage.
      periods: 3,
    });
  }
}

function asynchronous({ deadLetters, retries }: Exclude<InvokedBy, string>) {
  return { deadLetterQueue: deadLetters, ...(retries === undefined ? {} : { retryAttempts: retries }) };
}

function findingsOf(invokedBy: InvokedBy): readonly Acknowledgment[] {
  if (typeof invokedBy === 'object') return acknowledged.asyncFunction;
  return invokedBy === 'queue' ? acknowledged.queueFunction : acknowledged.callerFunction;
}
