import type { Json, JsonObject } from '../contract.ts';
import { isObject } from '../fields.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { isOperator, type LeafPattern, leafMatches, leafPattern } from './leaf-pattern.ts';

/** Says whether an event matches. */
export type EventPattern = (event: JsonObject) => boolean;

interface Node {
  readonly fields: readonly { name: string; pattern: Node | readonly LeafPattern[] }[];
  /** The `$or` fields at this level. One alternative of each must match. */
  readonly choices: readonly (readonly Node[])[];
}

const maxLength = 2048;
const maxCombinations = 1000;

/** Compiles an EventBridge pattern from JSON text. Throws InvalidEventPatternException. */
export function compilePattern(json: string): EventPattern {
  if (json.length > maxLength) throw invalidPattern(`longer than ${maxLength} characters`);
  const root = readNode(parse(json));
  if (combinations(root) > maxCombinations)
    throw invalidPattern(`more than ${maxCombinations} rule combinations`);
  return (event) => nodeMatches(root, event);
}

function parse(json: string): JsonObject {
  let pattern: Json;
  try {
    pattern = JSON.parse(json) as Json;
  } catch {
    throw invalidPattern('not JSON');
  }
  if (!isObject(pattern)) throw invalidPattern('Filter is not an object');
  return pattern;
}

function readNode(pattern: JsonObject): Node {
  const names = Object.keys(pattern);
  if (names.length === 0) throw invalidPattern('empty objects are not allowed');
  const fields: Node['fields'][number][] = [];
  const choices: Node[][] = [];
  for (const name of names) {
    const value = pattern[name] ?? null;
    const alternatives = name === '$or' ? alternativesOf(value) : undefined;
    if (alternatives) choices.push(alternatives.map(readNode));
    else if (isObject(value)) fields.push({ name, pattern: readNode(value) });
    else fields.push({ name, pattern: readLeaf(name, value) });
  }
  return { fields, choices };
}

function readLeaf(name: string, value: Json): LeafPattern[] {
  if (!Array.isArray(value)) throw invalidPattern(`"${name}" must be an object or an array`);
  if (value.length === 0) throw invalidPattern('empty arrays are not allowed');
  return value.map(leafPattern);
}

/**
 * The alternatives of `$or`; undefined when it holds operators, which makes it an ordinary field of that
 * name.
 */
function alternativesOf(value: Json): JsonObject[] | undefined {
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  if (value.some((alternative) => Object.keys(alternative).some(isOperator))) return undefined;
  if (value.length < 2) throw invalidPattern('$or needs at least two alternatives');
  return value;
}

function combinations({ fields, choices }: Node): number {
  const nested = fields.map(({ pattern }) => ('fields' in pattern ? combinations(pattern) : 1));
  const chosen = choices.map((nodes) => nodes.reduce((sum, node) => sum + combinations(node), 0));
  return [...nested, ...chosen].reduce((product, count) => product * count, 1);
}

function nodeMatches(node: Node, event: JsonObject): boolean {
  return (
    node.fields.every(({ name, pattern }) =>
      fieldMatches(pattern, Object.hasOwn(event, name) ? event[name] : undefined),
    ) &&
    node.choices.every((alternatives) => alternatives.some((alternative) => nodeMatches(alternative, event)))
  );
}

function fieldMatches(pattern: Node | readonly LeafPattern[], value: Json | undefined): boolean {
  if (!('fields' in pattern)) return leafMatches(pattern, scalarsOf(value));
  // One element of an array must satisfy the whole pattern below this field.
  if (Array.isArray(value) && value.length > 0)
    return value.some((element) => fieldMatches(pattern, element));
  // Below an absent field only `exists: false` matches.
  return nodeMatches(pattern, isObject(value) ? value : {});
}

/** The scalars of a field, with arrays flattened. Objects count as absent. */
function scalarsOf(value: Json | undefined): Json[] {
  if (value === undefined || isObject(value)) return [];
  return Array.isArray(value) ? value.flatMap(scalarsOf) : [value];
}
