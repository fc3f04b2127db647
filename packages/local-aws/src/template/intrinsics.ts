import type { Json, JsonObject } from '../contract.ts';
import { isObject } from '../fields.ts';
import { TemplateError } from './template-error.ts';

/** The names of a stack and their values. Each method throws TemplateError for an unknown name. */
export interface Scope {
  /** A resource, parameter or pseudo parameter; undefined for AWS::NoValue. */
  ref(name: string, path: string): Json | undefined;
  attribute(logicalId: string, name: string, path: string): Json;
  mapping(map: string, first: string, second: string, path: string): Json;
  condition(name: string, path: string): boolean;
}

type Intrinsic = (argument: Json, scope: Scope, path: string) => Json | undefined;

/**
 * Replaces every intrinsic function by its value; undefined for AWS::NoValue. Throws TemplateError for
 * dynamic references and unsupported functions.
 */
export function resolve(value: Json, scope: Scope, path = ''): Json | undefined {
  if (typeof value === 'string' && value.includes('{{resolve:'))
    throw new TemplateError({ path }, 'dynamic references are not supported');
  if (Array.isArray(value))
    return value.flatMap((item, index) => {
      const resolved = resolve(item, scope, `${path}[${index}]`);
      return resolved === undefined ? [] : [resolved];
    });
  if (!isObject(value)) return value;
  const call = callOf(value);
  if (call) {
    const intrinsic = intrinsics[call.name];
    if (!intrinsic)
      throw new TemplateError(
        { path },
        `${call.name} is not supported, see packages/local-aws/src/template/intrinsics.ts`,
      );
    return intrinsic(call.argument, scope, path);
  }
  const resolved: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const member = resolve(item, scope, path ? `${path}.${key}` : key);
    if (member !== undefined) resolved[key] = member;
  }
  return resolved;
}

/** `{ "Fn::X": argument }` or `{ "Ref": name }`. */
export function callOf(value: JsonObject): { name: string; argument: Json } | undefined {
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0 || !(name === 'Ref' || name.startsWith('Fn::')))
    return undefined;
  return { name, argument: value[name] ?? null };
}

/** Splits the text of Fn::Sub into literals and `${names}`. */
export function partsOfSub(text: string): { literal?: string; name?: string }[] {
  return text.split(/(\$\{[^}]*\})/).map((part) => {
    const name = /^\$\{([^}]*)\}$/.exec(part)?.[1];
    if (name === undefined) return { literal: part };
    return name.startsWith('!') ? { literal: `\${${name.slice(1)}}` } : { name: name.trim() };
  });
}

const text = (value: Json | undefined, path: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError({ path }, `must be a string, is ${JSON.stringify(value)}`);
};
const list = (value: Json | undefined, path: string): Json[] => {
  if (Array.isArray(value)) return value;
  throw new TemplateError({ path }, `must be a list, is ${JSON.stringify(value)}`);
};

const conditionFunctions = ['Fn::Equals', 'Fn::And', 'Fn::Or', 'Fn::Not'];

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, scope, path) => scope.ref(text(name, path), path),
  'Fn::GetAtt': (argument, scope, path) => {
    const [id, ...rest] = typeof argument === 'string' ? argument.split('.') : list(argument, path);
    return scope.attribute(text(id, path), rest.map((part) => text(part, path)).join('.'), path);
  },
  'Fn::Join': (argument, scope, path) => {
    const [delimiter, items] = list(argument, path);
    const values = list(resolve(items ?? [], scope, path), path);
    return values.map((value) => text(value, path)).join(text(delimiter, path));
  },
  'Fn::Split': (argument, scope, path) => {
    const [delimiter, source] = list(argument, path);
    return text(resolve(source ?? null, scope, path), path).split(text(delimiter, path));
  },
  'Fn::Select': (argument, scope, path) => {
    const [index, items] = list(resolve(argument, scope, path), path);
    const chosen = list(items, path)[Number(text(index, path))];
    if (chosen === undefined) throw new TemplateError({ path }, `Fn::Select has no element ${index}`);
    return chosen;
  },
  'Fn::Base64': (argument, scope, path) =>
    Buffer.from(text(resolve(argument, scope, path), path)).toString('base64'),
  'Fn::FindInMap': (argument, scope, path) => {
    const [map, first, second] = list(resolve(argument, scope, path), path).map((part) => text(part, path));
    return scope.mapping(map ?? '', first ?? '', second ?? '', path);
  },
  'Fn::If': (argument, scope, path) => {
    const [condition, whenTrue, whenFalse] = list(argument, path);
    return resolve(
      (scope.condition(text(condition, path), path) ? whenTrue : whenFalse) ?? null,
      scope,
      path,
    );
  },
  'Fn::Sub': (argument, scope, path) => {
    const [template, variables] = typeof argument === 'string' ? [argument] : list(argument, path);
    const own = isObject(variables) ? variables : {};
    return partsOfSub(text(template, path))
      .map(({ literal, name = '' }) => {
        if (literal !== undefined) return literal;
        if (own[name] !== undefined) return text(resolve(own[name], scope, path), path);
        const [id, ...attribute] = name.split('.');
        const value =
          attribute.length > 0 ? scope.attribute(id ?? '', attribute.join('.'), path) : scope.ref(name, path);
        return text(value, path);
      })
      .join('');
  },
  ...Object.fromEntries(
    conditionFunctions.map((name) => [
      name,
      (argument: Json, scope: Scope, path: string) => evaluateCondition({ [name]: argument }, scope, path),
    ]),
  ),
};

/** Evaluates Fn::Equals, Fn::And, Fn::Or, Fn::Not, or a reference to another condition. */
export function evaluateCondition(condition: Json, scope: Scope, path: string): boolean {
  const [name, argument] = isObject(condition) ? (Object.entries(condition)[0] ?? []) : [];
  if (name === 'Condition' && typeof argument === 'string') return scope.condition(argument, path);
  const operands = Array.isArray(argument) ? argument : [];
  const holds = (operand: Json): boolean => evaluateCondition(operand, scope, path);
  switch (name) {
    case 'Fn::Equals': {
      const [left, right] = operands.map((operand) => JSON.stringify(resolve(operand, scope, path)));
      return left === right;
    }
    case 'Fn::And':
      return operands.every(holds);
    case 'Fn::Or':
      return operands.some(holds);
    case 'Fn::Not':
      return !operands.every(holds);
    default:
      throw new TemplateError({ path }, `unsupported condition: ${JSON.stringify(condition)}`);
  }
}
