import * as z from 'zod';
import { AwsError, type JsonObject } from '../contract.ts';

/**
 * Input of CreateFunction, with one local member: `Code.Folder`, the unpacked asset that becomes
 * LAMBDA_TASK_ROOT. Members of type `unknown` have no effect; members that are not listed are refused.
 */
const createFunction = z.strictObject({
  FunctionName: z.string().min(1).max(64),
  Role: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/),
  Handler: z.string().regex(/^[^.]+(\.[^.]+)+$/),
  Runtime: z.string().default('nodejs24.x'),
  Code: z.strictObject({ Folder: z.string() }),
  Timeout: z.number().positive().max(900).default(3),
  MemorySize: z.number().int().min(128).max(10_240).default(128),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string().optional() }).optional(),
  LoggingConfig: z
    .strictObject({
      LogGroup: z.string().optional(),
      LogFormat: z.enum(['JSON', 'Text']).optional(),
      ApplicationLogLevel: z.string().optional(),
      SystemLogLevel: z.string().optional(),
    })
    .optional(),
  Description: z.unknown().optional(),
  Architectures: z.unknown().optional(),
  TracingConfig: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly role: string;
  readonly handler: string;
  readonly runtime: string;
  readonly folder: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly deadLetterArn: string | undefined;
  readonly logGroup: string;
  readonly logFormat: string;
  readonly logLevel: string | undefined;
}

/** Throws ValidationException for input that is not supported. */
export function parseFunction(
  input: JsonObject,
  place: { region: string; accountId: string },
): FunctionSettings {
  const { data, error } = createFunction.safeParse(input);
  if (!data) throw new AwsError('ValidationException', z.prettifyError(error));
  checkEnvironment(data.Environment?.Variables ?? {});
  return {
    name: data.FunctionName,
    arn: `arn:aws:lambda:${place.region}:${place.accountId}:function:${data.FunctionName}`,
    roleArn: data.Role,
    role: data.Role.slice(data.Role.lastIndexOf('/') + 1),
    handler: data.Handler,
    runtime: data.Runtime,
    folder: data.Code.Folder,
    timeoutSeconds: data.Timeout,
    memoryMb: data.MemorySize,
    variables: data.Environment?.Variables ?? {},
    deadLetterArn: data.DeadLetterConfig?.TargetArn,
    logGroup: data.LoggingConfig?.LogGroup ?? `/aws/lambda/${data.FunctionName}`,
    logFormat: data.LoggingConfig?.LogFormat ?? 'Text',
    logLevel: data.LoggingConfig?.ApplicationLogLevel,
  };
}

/** Limit of the total size of all names and values, in bytes. */
const environmentLimit = 4096;

function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const bytes = Object.entries(variables).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > environmentLimit)
    throw new AwsError(
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. (${bytes} bytes)`,
    );
}
