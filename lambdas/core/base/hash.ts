import { createHash } from 'node:crypto';

/** SHA-256 of the JSON of a value with sorted keys, base64url. Equal content gives an equal hash. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('base64url');
}

/** SHA-256 of a text, base64url. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
