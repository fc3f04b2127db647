import { AwsError, type Gateway, type JsonObject } from '../contract.ts';
import { number, object, optionalNumber, optionalText, text } from '../fields.ts';
import { createFunctionPool } from './function-pool.ts';
import { parseFunction } from './function-settings.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { Output } from './output.ts';

export interface Functions {
  readonly all: ReadonlyMap<string, HostedFunction>;
  /** Finds a function by name, `name:qualifier` or ARN. Throws ResourceNotFoundException. */
  find(nameOrArn: string): HostedFunction;
  readonly operations: Readonly<Record<string, (input: JsonObject) => JsonObject>>;
}

export interface FunctionsOptions {
  readonly gateway: Gateway;
  readonly output: Output;
  readonly maxEnvironments: number;
  readonly initTimeoutSeconds: number;
}

/** The functions of the account and the operations that create or change them. */
export function createFunctions(options: FunctionsOptions): Functions {
  const { gateway } = options;
  const all = new Map<string, HostedFunction>();

  const find = (nameOrArn: string): HostedFunction => {
    const name = /^arn:aws:lambda:[^:]+:\d+:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn.split(':')[0];
    const fn = name === undefined ? undefined : all.get(name);
    if (fn) return fn;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, { status: 404 });
  };
  const create = (input: JsonObject): JsonObject => {
    const settings = parseFunction(input, gateway);
    if (all.has(settings.name))
      throw new AwsError('ResourceConflictException', `Function already exist: ${settings.name}`, {
        status: 409,
      });
    const fn: HostedFunction = {
      settings,
      pool: createFunctionPool(
        {
          settings,
          gateway,
          output: options.output,
          initTimeoutSeconds: options.initTimeoutSeconds,
        },
        options.maxEnvironments,
      ),
      createdAt: new Date(),
      reservedConcurrency: undefined,
      recursiveLoop: 'Terminate',
      maximumRetryAttempts: 2,
      onFailureArn: undefined,
    };
    all.set(settings.name, fn);
    return configuration(fn);
  };
  const reserve = (input: JsonObject, concurrency: number | undefined): JsonObject => {
    const fn = find(text(input, 'FunctionName'));
    fn.reservedConcurrency = concurrency;
    fn.pool.reserve(concurrency);
    return concurrency === undefined ? {} : { ReservedConcurrentExecutions: concurrency };
  };

  return {
    all,
    find,
    operations: {
      CreateFunction: create,
      GetFunctionConfiguration: (input) => configuration(find(text(input, 'FunctionName'))),
      ListFunctions: () => ({ Functions: [...all.values()].map(configuration) }),
      PutFunctionConcurrency: (input) => reserve(input, number(input, 'ReservedConcurrentExecutions')),
      DeleteFunctionConcurrency: (input) => reserve(input, undefined),
      GetFunctionConcurrency: (input) => {
        const { reservedConcurrency } = find(text(input, 'FunctionName'));
        return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
      },
      PutFunctionRecursionConfig: (input) => {
        const fn = find(text(input, 'FunctionName'));
        fn.recursiveLoop = text(input, 'RecursiveLoop') === 'Allow' ? 'Allow' : 'Terminate';
        return { RecursiveLoop: fn.recursiveLoop };
      },
      PutFunctionEventInvokeConfig: (input) => {
        const fn = find(text(input, 'FunctionName'));
        const destinations = object(input, 'DestinationConfig');
        if (destinations['OnSuccess'] !== undefined)
          throw new AwsError('InvalidParameterValueException', 'OnSuccess destinations are not supported');
        fn.maximumRetryAttempts = optionalNumber(input, 'MaximumRetryAttempts') ?? 2;
        fn.onFailureArn = optionalText(object(destinations, 'OnFailure'), 'Destination');
        return { FunctionArn: fn.settings.arn };
      },
      AddPermission: (input) => addPermission(gateway, find(text(input, 'FunctionName')), input),
    },
  };
}

/** Adds one statement to the resource policy of a function, which decides which services may invoke it. */
function addPermission(gateway: Gateway, fn: HostedFunction, input: JsonObject): JsonObject {
  const principal = text(input, 'Principal');
  const sourceArn = optionalText(input, 'SourceArn');
  const sourceAccount = optionalText(input, 'SourceAccount');
  const statement: JsonObject = {
    Sid: text(input, 'StatementId'),
    Effect: 'Allow',
    Principal: principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal },
    Action: text(input, 'Action'),
    Resource: fn.settings.arn,
    Condition: {
      ...(sourceArn && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
      ...(sourceAccount && { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    },
  };
  gateway.registerResourcePolicy(
    fn.settings.arn,
    { Version: '2012-10-17', Statement: [statement] },
    text(input, 'StatementId'),
  );
  return { Statement: JSON.stringify(statement) };
}

function configuration({ settings, createdAt }: HostedFunction): JsonObject {
  return {
    FunctionName: settings.name,
    FunctionArn: settings.arn,
    Role: settings.roleArn,
    Runtime: settings.runtime,
    Handler: settings.handler,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: createdAt.toISOString(),
    Version: '$LATEST',
    State: 'Active',
    Environment: { Variables: { ...settings.variables } },
    LoggingConfig: { LogFormat: settings.logFormat, LogGroup: settings.logGroup },
    ...(settings.deadLetterArn && { DeadLetterConfig: { TargetArn: settings.deadLetterArn } }),
  };
}
