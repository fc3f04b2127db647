import { CfnResource, type Stack } from 'aws-cdk-lib';

/** Lambda's limit for all variables of a function together, names and values, in bytes. */
const limit = 4096;
/** Longest name or id that CloudFormation generates, in bytes: a queue's, unless the type has a shorter limit. */
const longestName = 80;
const longestByType: Readonly<Record<string, number>> = {
  'AWS::Lambda::EventSourceMapping': 36,
  'AWS::Lambda::Function': 64,
};
const pseudo: Readonly<Record<string, number>> = {
  'AWS::Region': 14,
  'AWS::AccountId': 12,
  'AWS::Partition': 10,
  'AWS::URLSuffix': 16,
};
/** Bytes before the name in the URL of a queue, which is its Ref. */
const urlPrefix = 55;
/** Bytes before the name in an ARN. */
const arnPrefix = 60;
/** The longest part of a queue's URL, `sqs.ap-southeast-1.amazonaws.com`. */
const urlPart = 33;
/** A rule's name, the second part of the Ref of a rule on a custom bus. */
const ruleName = 64;

interface Lengths {
  readonly nameOf: (reference: string) => number;
  readonly isQueue: (reference: string) => boolean;
}

/** Upper bound of a function's environment once it is deployed, in bytes: generated names count at their longest. */
export function environmentBytes(stack: Stack, environment: Readonly<Record<string, string>>): number {
  const types = new Map(
    stack.node
      .findAll()
      .filter((each) => CfnResource.isCfnResource(each))
      .map((each) => [String(stack.resolve(each.logicalId)), each.cfnResourceType]),
  );
  const lengths: Lengths = {
    nameOf: (reference) => pseudo[reference] ?? longestByType[types.get(reference) ?? ''] ?? longestName,
    isQueue: (reference) => types.get(reference) === 'AWS::SQS::Queue',
  };
  const resolved: Record<string, unknown> = stack.resolve(environment);
  return Object.entries(resolved).reduce(
    (sum, [name, value]) => sum + name.length + bytesOf(value, lengths),
    0,
  );
}

/** Throws when the environment may not fit: CloudFormation would only fail in the middle of a deployment. */
export function checkEnvironment(
  stack: Stack,
  name: string,
  environment: Readonly<Record<string, string>>,
): void {
  const bytes = environmentBytes(stack, environment);
  if (bytes > limit) {
    throw new Error(
      `The environment of the function "${name}" needs up to ${bytes} bytes, and Lambda allows ${limit}. Shorten names and settings in lib/config/stages.ts, or spread the handlers over two stacks.`,
    );
  }
}

function bytesOf(value: unknown, lengths: Lengths): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const [call, argument] = Object.entries(value ?? {})[0] ?? [];
  const list: unknown[] = Array.isArray(argument) ? argument : [argument];
  switch (call) {
    case 'Fn::Join':
      return joined(String(list[0]), list[1], lengths);
    case 'Fn::Select':
      return JSON.stringify(list[1]).includes('"|"') ? ruleName : urlPart;
    case 'Fn::GetAtt':
      return lengths.nameOf(String(list[0])) + (list[1] === 'Arn' ? arnPrefix : 0);
    case 'Ref':
      return lengths.nameOf(String(argument)) + (lengths.isQueue(String(argument)) ? urlPrefix : 0);
    default:
      throw new Error(
        `Cannot tell how long ${JSON.stringify(value)} will be; see lib/constructs/checks/environment-size.ts.`,
      );
  }
}

function joined(delimiter: string, parts: unknown, lengths: Lengths): number {
  const list: unknown[] = Array.isArray(parts) ? parts : [];
  const inside = list.reduce((sum: number, part) => sum + bytesOf(part, lengths), 0);
  return inside + delimiter.length * Math.max(0, list.length - 1);
}
