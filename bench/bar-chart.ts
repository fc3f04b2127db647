import { element, type Svg } from './svg.ts';

export interface Segment {
  readonly value: number;
  readonly colour: string;
  /** Drawn pale: measured by a clock, not counted. */
  readonly isPale?: boolean;
}

export interface BarRow {
  readonly label: string;
  readonly segments: readonly Segment[];
  /** Behind the bar. */
  readonly note: string;
}

export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly BarRow[];
  /** A line down through all bars. */
  readonly marker?: { readonly value: number; readonly label: string };
  readonly legend?: readonly (readonly [name: string, colour: string])[];
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const rowHeight = 26;
const barHeight = 16;
const labelWidth = 205;
const noteWidth = 145;
const headHeight = 50;
const legendHeight = 24;
const colours = { text: '#1f2933', quiet: '#52606d', line: '#9aa5b1', ground: '#eef1f4' } as const;

/** How much room a chart takes. */
export function chartHeight({ rows, legend, marker }: BarChart): number {
  return headHeight + rows.length * rowHeight + (legend ? legendHeight : 0) + (marker ? 16 : 0);
}

/** Horizontal bars on one scale that begins at zero. */
export function drawBarChart(chart: BarChart, { x, y, width }: Place): Svg {
  const { title, subtitle, rows, marker, legend } = chart;
  const left = labelWidth;
  const room = width - labelWidth - noteWidth;
  const longest = Math.max(marker?.value ?? 0, ...rows.map(totalOf), Number.MIN_VALUE);
  const scale = (value: number) => (value / longest) * room;
  return element(
    'g',
    { transform: `translate(${x} ${y})` },
    text(title, { x: 0, y: 16, size: 16, colour: colours.text, weight: 600 }),
    text(subtitle, { x: 0, y: 35, size: 12, colour: colours.quiet }),
    ...rows.map((row, index) => drawRow(row, { top: headHeight + index * rowHeight, left, room, scale })),
    ...(marker ? [drawMarker(marker.label, left + scale(marker.value), rows.length)] : []),
    ...(legend ? [drawLegend(legend, headHeight + rows.length * rowHeight + 14)] : []),
  );
}

function totalOf({ segments }: BarRow): number {
  return segments.reduce((sum, { value }) => sum + value, 0);
}

interface RowPlace {
  readonly top: number;
  readonly left: number;
  readonly room: number;
  readonly scale: (value: number) => number;
}

function drawRow({ label, segments, note }: BarRow, { top, left, room, scale }: RowPlace): Svg {
  const middle = top + barHeight - 4;
  let from = left;
  const bars = segments.map(({ value, colour, isPale = false }) => {
    const bar = element('rect', {
      x: from,
      y: top,
      width: scale(value),
      height: barHeight,
      fill: colour,
      ...(isPale && { 'fill-opacity': 0.35 }),
    });
    from += scale(value);
    return bar;
  });
  return element(
    'g',
    {},
    text(label, { x: left - 10, y: middle, size: 13, colour: colours.text, anchor: 'end' }),
    element('rect', { x: left, y: top, width: room, height: barHeight, fill: colours.ground }),
    ...bars,
    text(note, { x: left + room + 10, y: middle, size: 13, colour: colours.text }),
  );
}

function drawMarker(label: string, x: number, rows: number): Svg {
  const bottom = headHeight + rows * rowHeight - 4;
  return element(
    'g',
    {},
    element('line', {
      x1: x,
      y1: headHeight - 4,
      x2: x,
      y2: bottom,
      stroke: colours.text,
      'stroke-width': 1.5,
      'stroke-dasharray': '4 3',
    }),
    text(label, { x, y: bottom + 13, size: 11, colour: colours.quiet, anchor: 'middle' }),
  );
}

function drawLegend(entries: readonly (readonly [string, string])[], y: number): Svg {
  let from = labelWidth;
  return element(
    'g',
    {},
    ...entries.map(([name, colour]) => {
      const entry = element(
        'g',
        { transform: `translate(${from} ${y})` },
        element('rect', { x: 0, y: -10, width: 12, height: 12, fill: colour }),
        text(name, { x: 17, y: 0, size: 12, colour: colours.quiet }),
      );
      from += 17 + name.length * 7 + 20;
      return entry;
    }),
  );
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: string;
  readonly weight?: number;
  readonly anchor?: 'middle' | 'end';
}

export function text(content: string, { x, y, size, colour, weight = 400, anchor }: TextStyle): Svg {
  const attributes = { x, y, 'font-size': size, 'font-weight': weight, fill: colour };
  return element('text', { ...attributes, ...(anchor && { 'text-anchor': anchor }) }, content);
}
