/** A value in a table or a list of facts. Numbers get separators; in a table they are right-aligned. */
export type Cell = string | number | undefined;

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Names with their values. Facts without a value are not shown. */
export type Facts = readonly (readonly [name: string, value: Cell])[];

/** What a command prints, before the width of the terminal is known. '' is an empty line, undefined prints nothing. */
export type View =
  | string
  | { readonly label: string; readonly text: string }
  | { readonly facts: Facts }
  | { readonly table: Table }
  | readonly (View | undefined)[];

export const table = (header: Table['header'], rows: Table['rows']): View => ({ table: { header, rows } });
export const facts = (list: Facts): View => ({ facts: list });

/** Sections with an empty line between them; a section that is undefined is left out. */
export function sections(list: readonly (View | undefined)[]): View {
  const known = list.filter((section) => section !== undefined);
  return known.flatMap((section, index) => (index === 0 ? [section] : ['', section]));
}
