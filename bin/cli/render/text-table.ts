import { oneLine } from './plain-text.ts';

export type Cell = string | number | undefined;

/** Rows as text, columns aligned; numbers to the right with thousands apart. */
export function textTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const shown = rows.map((row) => row.map(cellText));
  const widths = header.map((name, column) =>
    Math.max(name.length, ...shown.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[], isNumber: (column: number) => boolean) =>
    `  ${cells.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  const isNumberColumn = (column: number) => rows.some((row) => typeof row[column] === 'number');
  return [
    line(header, isNumberColumn),
    line(
      widths.map((width) => '-'.repeat(width)),
      () => false,
    ),
    ...shown.map((row) => line(row, isNumberColumn)),
  ].join('\n');
}

/** Facts under each other: name, then value. Facts without a value are left out. */
export function factList(facts: readonly (readonly [name: string, value: Cell])[]): string {
  const known = facts.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `  ${name.padEnd(width)}  ${cellText(value)}`).join('\n');
}

function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : oneLine(cell);
}
