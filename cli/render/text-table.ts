import { oneLine } from './plain-text.ts';
import { hanging } from './wrap.ts';

export type Cell = string | number | undefined;

/** Rows as text, columns aligned; numbers to the right with thousands apart. A long last column goes on below itself. */
export function textTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map(cellText));
  const widths = header.map((name, column) =>
    Math.max(name.length, ...texts.map((row) => row[column]?.length ?? 0)),
  );
  const last = header.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 2);
  const shown = texts.map((row) =>
    row.map((text, column) => (column === last ? hanging(text, before) : text)),
  );
  widths[last] = Math.max(
    header[last]?.length ?? 0,
    ...shown.flatMap((row) => (row[last] ?? '').split('\n').map((part, n) => part.length - (n && before))),
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
  return known
    .map(([name, value]) => `  ${name.padEnd(width)}  ${hanging(cellText(value), width + 4)}`)
    .join('\n');
}

function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : oneLine(cell);
}
