import type { Stack } from 'aws-cdk-lib';

/** Lambda's limit for all variables of a function together, names and values, in bytes. */
const limit = 4096;
/** Longest name that CloudFormation makes for a queue, bytes; other names and ids are shorter. */
const longestName = 80;

/**
 * Bytes of a function's environment once it is deployed, at most: what CloudFormation puts in is counted as long as a
 * name can be.
 */
export function environmentBytes(stack: Stack, environment: Readonly<Record<string, string>>): number {
  const resolved: Record<string, unknown> = stack.resolve(environment);
  return Object.entries(resolved).reduce((sum, [name, value]) => sum + name.length + bytesOf(value), 0);
}

/** Throws when the environment may not fit: CloudFormation would say so in the middle of a deployment only. */
export function checkEnvironment(
  stack: Stack,
  name: string,
  environment: Readonly<Record<string, string>>,
): void {
  const bytes = environmentBytes(stack, environment);
  if (bytes > limit) {
    throw new Error(
      `The environment of the function "${name}" needs up to ${bytes} bytes, and Lambda allows ${limit}. Shorten names and settings in lib/stages.ts, or spread the handlers over two stacks.`,
    );
  }
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return String(value).length;
  const [call, argument] = Object.entries(value)[0] ?? [];
  if (call === 'Fn::Join' && Array.isArray(argument)) return joined(argument[0], argument[1]);
  const short = { 'AWS::Region': 14, 'AWS::AccountId': 12, 'AWS::Partition': 10, 'AWS::URLSuffix': 16 };
  if (call === 'Ref') return short[String(argument) as keyof typeof short] ?? longestName;
  // A part of an URL or of a Ref.
  if (call === 'Fn::Select') return 40;
  if (call === 'Fn::GetAtt' && Array.isArray(argument) && argument[1] === 'Arn') return longestName + 60;
  return longestName;
}

function joined(delimiter: unknown, parts: unknown): number {
  const list = Array.isArray(parts) ? parts : [];
  return list.reduce((sum, part) => sum + bytesOf(part), 0) + String(delimiter).length * (list.length - 1);
}
