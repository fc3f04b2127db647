import { isObject } from './fields.ts';
import type { Json, JsonObject, MetricStore } from './parts.ts';

export type MetricRecord = Parameters<MetricStore['record']>[0];

/**
 * The metrics of one log line in CloudWatch's embedded metric format: one record per value and dimension set.
 * Undefined when the line is no EMF, so that it is an ordinary log line.
 */
export function parseEmf(line: string): MetricRecord[] | undefined {
  // Most lines are logs: parsing each as JSON would cost more than the functions themselves.
  if (!line.startsWith('{') || !line.includes('"_aws"')) return undefined;
  const root = parsed(line);
  const header = root && isObject(root['_aws']) ? root['_aws'] : undefined;
  if (!root || !header || !Array.isArray(header['CloudWatchMetrics'])) return undefined;
  const at = new Date(Number(header['Timestamp'] ?? Date.now()));
  return header['CloudWatchMetrics'].filter(isObject).flatMap((directive) => recordsOf(root, directive, at));
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value = JSON.parse(line) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function recordsOf(root: JsonObject, directive: JsonObject, at: Date): MetricRecord[] {
  const namespace = String(directive['Namespace']);
  return objectsIn(directive['Metrics']).flatMap((metric) => {
    const name = String(metric['Name']);
    const unit = typeof metric['Unit'] === 'string' ? { unit: metric['Unit'] } : {};
    return dimensionSets(root, directive).flatMap((dimensions) =>
      valuesOf(root[name]).map((value) => ({ namespace, name, dimensions, value, at, ...unit })),
    );
  });
}

function dimensionSets(root: JsonObject, directive: JsonObject): Record<string, string>[] {
  const sets = Array.isArray(directive['Dimensions']) ? directive['Dimensions'] : [];
  if (sets.length === 0) return [{}];
  return sets.map((names) => {
    const list = Array.isArray(names) ? names : [];
    return Object.fromEntries(list.map((name) => [String(name), String(root[String(name)])]));
  });
}

function valuesOf(value: Json | undefined): number[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'number');
}

function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
