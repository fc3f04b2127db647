import { AwsError, type Json, type JsonObject } from '../contract.ts';
import { isObject, parseObject } from '../fields.ts';
import { type Condition, isKnownCondition } from './conditions.ts';

/** One statement of a policy. Single values have become lists. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** Empty in a resource policy without `Resource`, which applies to its own resource. */
  readonly resources: readonly string[];
  /** Absent in identity policies. Values are `*`, `Service:events.amazonaws.com` or `AWS:arn:...`. */
  readonly principals?: readonly string[];
  readonly conditions: readonly Condition[];
}

const knownMembers = ['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition'];

/**
 * Reads a policy document from an object or JSON text. Throws MalformedPolicyDocument for everything that
 * cannot be evaluated (NotAction, NotResource, NotPrincipal, unknown conditions), because a grant must not be
 * guessed.
 */
export function parsePolicy(document: JsonObject | string): Statement[] {
  const policy =
    typeof document === 'string' ? parseObject(document, 'A policy', 'MalformedPolicyDocument') : document;
  const list = Array.isArray(policy['Statement']) ? policy['Statement'] : [policy['Statement']];
  return list.map((statement) => {
    if (!isObject(statement)) throw malformed('Statement must be an object');
    return parseStatement(statement);
  });
}

function parseStatement(statement: JsonObject): Statement {
  const unsupported = Object.keys(statement).find((member) => !knownMembers.includes(member));
  if (unsupported) throw malformed(`${unsupported} is not supported`);
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`Effect ${JSON.stringify(effect)}`);
  const actions = list(statement['Action'], 'Action');
  if (actions.length === 0) throw malformed('Action is missing');
  return {
    effect,
    actions,
    resources: list(statement['Resource'], 'Resource'),
    ...(statement['Principal'] !== undefined && { principals: principalsOf(statement['Principal']) }),
    conditions: conditionsOf(statement['Condition']),
  };
}

function principalsOf(principal: Json): string[] {
  if (principal === '*') return ['*'];
  if (!isObject(principal)) throw malformed('Principal must be "*" or an object');
  return Object.entries(principal).flatMap(([kind, ids]) =>
    list(ids, 'Principal').map((id) => (id === '*' ? '*' : `${kind}:${id}`)),
  );
}

function conditionsOf(block: Json | undefined): Condition[] {
  if (block === undefined) return [];
  if (!isObject(block)) throw malformed('Condition must be an object');
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw malformed(`Condition ${operator} must be an object`);
    return Object.entries(keys).map(([key, value]) => {
      if (!isKnownCondition(operator, key))
        throw malformed(`condition ${operator} on ${key} is not supported`);
      return { operator, key, values: list(value, 'Condition').map(String) };
    });
  });
}

function list(value: Json | undefined, what: string): string[] {
  if (value === undefined || value === null) return [];
  const values = Array.isArray(value) ? value : [value];
  return values.map((item) => {
    if (typeof item === 'boolean' && what === 'Condition') return String(item);
    if (typeof item !== 'string') throw malformed(`${what} must hold strings`);
    return item;
  });
}

function malformed(reason: string): AwsError {
  return new AwsError('MalformedPolicyDocument', `Policy is not valid: ${reason}`);
}
