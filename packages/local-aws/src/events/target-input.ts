import { AwsError, type Json, type JsonObject } from '../contract.ts';
import { isObject, object, optionalText } from '../fields.ts';
import type { BusEvent } from './bus-event.ts';

/** Makes the text that a target receives from the event and the rule. */
export type TargetInput = (event: BusEvent, rule: { name: string; arn: string }) => string;

/**
 * Reads Input, InputPath or InputTransformer of a target; the raw event by default. Throws
 * ValidationException.
 */
export function targetInput(target: JsonObject): TargetInput {
  const given = ['Input', 'InputPath', 'InputTransformer'].filter((name) => target[name] !== undefined);
  if (given.length > 1) throw invalid(`only one of ${given.join(', ')} may be given`);
  const constant = optionalText(target, 'Input');
  if (constant !== undefined) return () => constant;
  const path = optionalText(target, 'InputPath');
  if (path !== undefined) {
    const steps = readPath(path);
    return (event) => JSON.stringify(follow(event, steps) ?? null);
  }
  if (target['InputTransformer'] !== undefined) return transformer(object(target, 'InputTransformer'));
  return (event) => JSON.stringify(event);
}

function transformer(definition: JsonObject): TargetInput {
  const template = optionalText(definition, 'InputTemplate') ?? '';
  const paths = object(definition, 'InputPathsMap');
  const names = Object.keys(paths);
  if (template === '' || template.length > 8192)
    throw invalid('InputTemplate must have 1 to 8192 characters');
  if (names.length > 100) throw invalid('InputPathsMap may have 100 variables at most');
  const reserved = names.find((name) => name.toLowerCase().startsWith('aws'));
  if (reserved) throw invalid(`the variable ${reserved} begins with AWS`);
  const steps = new Map(names.map((name) => [name, readPath(String(paths[name]))]));
  for (const [, name = ''] of template.matchAll(/<([\w.-]+)>/g)) {
    if (!steps.has(name) && !predefined.has(name))
      throw invalid(`InputTemplate names <${name}>, which is not defined`);
  }
  return (event, rule) =>
    fill(template, (name) => {
      const path = steps.get(name);
      return path ? follow(event, path) : predefined.get(name)?.(event, rule);
    });
}

const predefined = new Map<string, (event: BusEvent, rule: { name: string; arn: string }) => Json>([
  ['aws.events.rule-arn', (_, rule) => rule.arn],
  ['aws.events.rule-name', (_, rule) => rule.name],
  ['aws.events.event.ingestion-time', () => new Date().toISOString()],
  ['aws.events.event', ({ detail: _, ...event }) => event],
  ['aws.events.event.json', (event) => event],
]);

/** Inserts values as JSON outside quotes and as text inside quotes. A missing value inserts nothing. */
function fill(template: string, lookUp: (name: string) => Json | undefined): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return token;
    const value = lookUp(name);
    if (value === undefined) return '';
    if (!quoted) return JSON.stringify(value);
    const plain = typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(plain).slice(1, -1);
  });
}

function readPath(path: string): string[] {
  const rest = path.replace(/^\$/, '');
  const steps = rest.match(/\.[^.[\]]+|\[\d+\]|\['[^']+'\]/g) ?? [];
  if (!path.startsWith('$') || steps.join('') !== rest) throw invalid(`the path ${path} is not valid`);
  return steps.map((step) => step.replace(/^\.|^\['?|'?\]$/g, ''));
}

function follow(event: Json, steps: readonly string[]): Json | undefined {
  return steps.reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, event);
}

function invalid(reason: string): AwsError {
  return new AwsError('ValidationException', `Parameter Input is not valid. Reason: ${reason}.`);
}
