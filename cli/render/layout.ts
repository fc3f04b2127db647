import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { oneLine } from './plain-text.ts';
import type { Cell, Facts, Table, View } from './view.ts';

/** Sentences are hard to read in longer lines; tables use the whole terminal. */
const MAX_PROSE_WIDTH = 100;
/** With less room than this beside a label, the text goes below the label. */
const MIN_ROOM = 20;
const INDENT = 2;
/** wrap-ansi breaks lines at spaces only, so it leaves these alone. */
const NO_BREAK_SPACE = '\u00a0';
/** Commands to copy: in quotes, or up to the end of a line. */
const COMMAND = /"(?:connector|npm|aws) [^"]*"|\$ connector .*$|(?<=^|: )connector .*$/g;

/** The view as text for a terminal of this many columns. Words and commands are never broken, even if they are wider. */
export function layout(view: View, width: number): string {
  return linesOf(view, width).join('\n');
}

function linesOf(view: View | undefined, width: number): string[] {
  if (view === undefined) return [];
  if (typeof view === 'string') return view.split('\n').flatMap((line) => paragraph(line, width));
  if ('label' in view) return labeled(view.label, view.text, width);
  if ('facts' in view) return factLines(view.facts, width);
  if ('table' in view) return tableLines(view.table, width);
  return view.flatMap((part) => linesOf(part, width));
}

/** Further lines of an indented paragraph are indented by two columns more. */
function paragraph(text: string, width: number): string[] {
  const indent = text.length - text.trimStart().length;
  const further = indent === 0 ? 0 : indent + INDENT;
  const lines = wrap(text.trimStart(), Math.min(width, MAX_PROSE_WIDTH) - further);
  return lines.map((line, index) => `${' '.repeat(index === 0 ? indent : further)}${line}`);
}

function labeled(label: string, text: string, width: number): string[] {
  const indent = stringWidth(label);
  const room = Math.min(width, MAX_PROSE_WIDTH) - indent;
  if (room >= MIN_ROOM && longestWord(text) <= room) {
    return wrap(text, room).map((line, index) => `${index === 0 ? label : ' '.repeat(indent)}${line}`);
  }
  const below = label.length - label.trimStart().length + INDENT;
  return [label.trimEnd(), ...wrap(text, width - below).map((line) => `${' '.repeat(below)}${line}`)];
}

function factLines(list: Facts, width: number): string[] {
  const known = list
    .map(([name, value]) => [name, cellText(value)] as const)
    .filter(([, text]) => text !== '');
  const nameWidth = widest(known.map(([name]) => name));
  return known.flatMap(([name, text]) => labeled(`  ${pad(name, nameWidth)}  `, text, width));
}

function tableLines({ header, rows }: Table, width: number): string[] {
  const texts = [header, ...rows.map((row) => header.map((_, column) => cellText(row[column])))];
  const columns = header.map((_, column) => texts.map((row) => row[column] ?? ''));
  const widths = fittedWidths(columns, width - header.length * INDENT);
  if (!widths) {
    const records = rows.map((row) =>
      factLines(
        header.map((name, column) => [name, row[column]]),
        width,
      ),
    );
    return records.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  }
  const numeric = header.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const [head = [], ...body] = texts.map((row) => rowLines(row, widths, numeric));
  const rule = widths.map((columnWidth) => `  ${'-'.repeat(columnWidth)}`).join('');
  return [...head, rule, ...body.flat()];
}

/** Widths of the columns, narrowed at the widest column first; undefined if the longest words do not fit side by side. */
function fittedWidths(columns: readonly (readonly string[])[], room: number): number[] | undefined {
  const least = columns.map((cells) => cells.reduce((most, cell) => Math.max(most, longestWord(cell)), 0));
  const widths = columns.map(widest);
  for (let excess = sum(widths) - room; excess > 0; excess--) {
    const narrowable = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const column = narrowable.indexOf(Math.max(...narrowable));
    if (!narrowable[column]) return undefined;
    widths[column] = (widths[column] ?? 0) - 1;
  }
  return columns.map((cells, column) => widest(cells.flatMap((cell) => wrap(cell, widths[column] ?? 0))));
}

function rowLines(row: readonly string[], widths: readonly number[], numeric: readonly boolean[]): string[] {
  const cells = row.map((text, column) => wrap(text, widths[column] ?? 0));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, column) => `  ${pad(lines[line] ?? '', widths[column] ?? 0, numeric[column])}`)
      .join('')
      .trimEnd(),
  );
}

/** Lines of at most `width` columns, broken at spaces. */
export function wrap(text: string, width: number): string[] {
  if (stringWidth(text) <= width) return [text];
  return wrapAnsi(unbroken(text), width)
    .split('\n')
    .map((line) => line.replaceAll(NO_BREAK_SPACE, ' '));
}

/** The text up to this many columns. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const [first = ''] = wrapAnsi(text, width - 3, { hard: true, wordWrap: false }).split('\n');
  return `${first}...`;
}

function unbroken(text: string): string {
  return text.replaceAll(COMMAND, (command) => command.replaceAll(' ', NO_BREAK_SPACE));
}

function longestWord(text: string): number {
  return widest(unbroken(text).split(' '));
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
}

function pad(text: string, width: number, isNumber = false): string {
  const padding = ' '.repeat(Math.max(width - stringWidth(text), 0));
  return isNumber ? padding + text : text + padding;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : oneLine(cell);
}
