import { contentHash, textHash } from '../base/hash.ts';

/** Values of a mapped model by field name; an attribute is named `attribute:<name>`. */
export type Fields = ReadonlyMap<string, unknown>;

/** Characters per hash, 24 bits: wrongly equal once in 16 million comparisons. */
const WIDTH = 4;

/** The fields of a mapped content: each property, and each entry of a list of named values (Fluent's attributes). */
export function contentFields(content: unknown): Fields {
  const fields = new Map<string, unknown>();
  if (typeof content !== 'object' || content === null) return fields;
  for (const [name, value] of Object.entries(content)) {
    if (value === undefined) continue;
    const named = namedValues(value);
    if (!named) fields.set(name, value);
    for (const entry of named ?? []) fields.set(attributeField(entry.name), entry.value);
  }
  return fields;
}

export function attributeField(name: string): string {
  return `attribute:${name}`;
}

/**
 * One short hash per written field, in one text. It shows later whether the source or the OMS changed, without storing a value.
 * Salted with the id, so that equal values of two resources have different hashes.
 */
export function fieldHashes(id: string, fields: Fields): string {
  return [...fields]
    .map(([name, value]) => nameHash(id, name) + valueHash(id, name, value))
    .sort()
    .join('');
}

/** Does a value equal what was written for the field? An empty value equals a field that was not written. */
export function equalsWritten(
  { id, hashes }: { readonly id: string; readonly hashes: string },
  name: string,
  value: unknown,
): boolean {
  const wanted = nameHash(id, name);
  for (let at = 0; at + 2 * WIDTH <= hashes.length; at += 2 * WIDTH) {
    if (hashes.slice(at, at + WIDTH) !== wanted) continue;
    return !isEmpty(value) && hashes.slice(at + WIDTH, at + 2 * WIDTH) === valueHash(id, name, value);
  }
  return isEmpty(value);
}

/** Fluent returns undefined, null or '' for a field without a value. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Equal content: the order of keys does not count, nor whether a number or a boolean is returned as text. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (typeof a !== 'object' && typeof b !== 'object') return String(a) === String(b);
  return contentHash(a) === contentHash(b);
}

function nameHash(id: string, name: string): string {
  return textHash(`${id}|${name}`).slice(0, WIDTH);
}

function valueHash(id: string, name: string, value: unknown): string {
  return contentHash([id, name, value]).slice(0, WIDTH);
}

function namedValues(value: unknown): readonly { name: string; value: unknown }[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries: unknown[] = value;
  const named = entries.filter(isNamed);
  return named.length === entries.length ? named : undefined;
}

function isNamed(entry: unknown): entry is { name: string; value: unknown } {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'name' in entry &&
    typeof entry.name === 'string' &&
    'value' in entry
  );
}
