import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Update } from './conditional-write.ts';
import type { Item } from './table.ts';
import { flag, number, text } from './table.ts';

/** How one property is stored. */
export interface Column<T> {
  readonly name: string;
  readonly write: (value: T) => AttributeValue;
  /** undefined means that nothing usable is stored. */
  readonly read: (stored: AttributeValue) => T | undefined;
}

export type Columns<T> = { readonly [P in keyof T]-?: Column<NonNullable<T[P]>> };

/** Its values are written by this code alone, so a type that is narrower than text is not checked again. */
export const textColumn = <T extends string>(name: string): Column<T> =>
  encodedColumn(
    name,
    (value) => value,
    (stored) => stored as T,
  );
export const jsonColumn = <T>(name: string): Column<T> =>
  encodedColumn(name, JSON.stringify, (stored) => JSON.parse(stored) as T);
export const flagColumn = <T extends boolean>(name: string): Column<T> => ({
  name,
  write: flag,
  read: ({ BOOL }) => BOOL as T | undefined,
});
export const numberColumn = (name: string): Column<number> => ({
  name,
  write: number,
  read: ({ N }) => (N === undefined ? undefined : Number(N)),
});

/** A value that is stored as text of its own form. */
export function encodedColumn<T>(
  name: string,
  encode: (value: T) => string,
  decode: (stored: string) => T | undefined,
): Column<T> {
  return {
    name,
    write: (value) => text(encode(value)),
    read: ({ S }) => (S === undefined ? undefined : decode(S)),
  };
}

export function readColumns<T>(columns: Columns<T>, item: Item): Partial<T> {
  const found = listOf(columns).flatMap(([property, { name, read }]) => {
    const stored = item[name];
    const value = stored && read(stored);
    return value === undefined ? [] : [[property, value] as const];
  });
  return Object.fromEntries(found) as Partial<T>;
}

export function writeColumns<T>(columns: Columns<T>, values: Partial<T>): Item {
  const written = Object.entries(encoded(columns, values)) as [keyof T, AttributeValue][];
  return Object.fromEntries(written.map(([property, value]) => [columns[property].name, value]));
}

/** An `Update` in terms of properties. */
export interface ColumnUpdate<T> extends Omit<Update, 'set' | 'setIfAbsent' | 'remove' | 'storedNames'> {
  readonly set?: { readonly [P in keyof T]?: T[P] | null | undefined };
  readonly setIfAbsent?: Partial<T>;
  readonly remove?: readonly (keyof T & string)[];
}

export function inColumns<T>(columns: Columns<T>, { set, setIfAbsent, ...update }: ColumnUpdate<T>): Update {
  return {
    ...update,
    set: encoded(columns, set),
    setIfAbsent: encoded(columns, setIfAbsent) as Item,
    storedNames: Object.fromEntries(listOf(columns).map(([property, { name }]) => [property, name])),
  };
}

function encoded<T>(columns: Columns<T>, values: object = {}): NonNullable<Update['set']> {
  const byProperty = new Map(listOf(columns));
  return Object.fromEntries(
    Object.entries(values).map(([property, value]) => [
      property,
      value === undefined || value === null ? value : byProperty.get(property)?.write(value),
    ]),
  );
}

function listOf<T>(columns: Columns<T>): [string, Column<unknown>][] {
  return Object.entries(columns);
}
