import { AwsError, type Json, type JsonObject } from './contract.ts';

/**
 * These functions read members of an AWS request and throw ValidationException for a missing or wrong one.
 */

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('ValidationException', `${name} is required and must be a non-empty string`);
}

export function optionalText(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new AwsError('ValidationException', `${name} must be a string`);
}

export function optionalNumber(input: JsonObject, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  throw new AwsError('ValidationException', `${name} must be a number`);
}

export function number(input: JsonObject, name: string): number {
  const value = optionalNumber(input, name);
  if (value === undefined) throw new AwsError('ValidationException', `${name} is required`);
  return value;
}

/** The object at `name`; an empty one when absent. */
export function object(input: JsonObject, name: string): JsonObject {
  const value = input[name];
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw new AwsError('ValidationException', `${name} must be an object`);
}

/** The objects of the list at `name`; none when absent. */
export function objects(input: JsonObject, name: string): JsonObject[] {
  const list = input[name] ?? [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new AwsError('ValidationException', `${name} must be a list of objects`);
}

/** The strings of the list at `name`; none when absent. */
export function texts(input: JsonObject, name: string): string[] {
  const list = input[name] ?? [];
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  throw new AwsError('ValidationException', `${name} must be a list of strings`);
}

/** Parses JSON text that must hold an object. */
export function parseObject(json: string, what: string, code = 'ValidationException'): JsonObject {
  try {
    const value = JSON.parse(json) as Json;
    if (isObject(value)) return value;
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw new AwsError(code, `${what} must be a JSON object`);
}

export function unknownOperation(service: string, operation: string): AwsError {
  console.error(`local AWS: ${service}:${operation} is not supported; see packages/local-aws/src`);
  return new AwsError('UnknownOperationException', `${service}:${operation} is not supported`);
}
