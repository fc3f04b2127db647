import { describe, expect, it } from 'vitest';
import { type BarChart, chartHeight } from '../../../bench/bar-chart.ts';
import { drawCharts } from '../../../bench/picture.ts';

const RED = '#ff0000';
const BLUE = '#0000ff';
const chart: BarChart = {
  title: 'Bars',
  subtitle: 'of something',
  labels: ['long', 'short', 'none'],
  notes: ['40', '10', '0'],
  series: [
    { name: 'red', colour: RED, values: [30, 10, 0] },
    { name: 'blue', colour: BLUE, values: [10, 0, 0] },
  ],
};
const draw = (some: Partial<BarChart> = {}) => drawCharts([{ ...chart, ...some }], 'subtitle');

/** The bars of one colour, from top to bottom. */
const bars = (drawn: string, colour: string) =>
  [...drawn.matchAll(/<path d="M([\d.]+) [\d.]+l([\d.]+) 0l[^"]*" fill="(#\w+)"/g)]
    .filter(([, , , fill]) => fill === colour)
    .map(([, x, width]) => ({ x: Number(x), width: Number(width) }));

describe('the picture', () => {
  it('escapes text', () => {
    const drawn = draw({ title: 'a < b && c > "d"', labels: ['<&>', 'short', 'none'] });
    expect(drawn).toContain('>a &lt; b &amp;&amp; c &gt; &quot;d&quot;</text>');
    expect(drawn).toContain('>&lt;&amp;&gt;</text>');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses to draw %d', (value) => {
    expect(() => draw({ series: [{ name: 'red', colour: RED, values: [value, 1, 1] }] })).toThrow(RangeError);
  });

  it('scales, and has a title for screen readers', () => {
    const drawn = draw();
    expect(drawn).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(drawn).toMatch(/viewBox="0 0 1000 \d+"/);
    expect(drawn).toContain('role="img"');
    expect(drawn).toContain('<title>commercetools-fluent-connector: benchmark</title>');
    expect(drawn.trimEnd()).toMatch(/<\/svg>$/);
  });

  it('has room for every chart', () => {
    const heightOf = (drawn: string) => Number(/height="(\d+)"/.exec(drawn)?.[1]);
    expect(heightOf(drawCharts([chart, chart], '')) - heightOf(drawCharts([chart], ''))).toBeGreaterThan(
      chartHeight(chart),
    );
  });

  it('shows each label, each note and, if asked for, the legend', () => {
    for (const text of ['long', 'short', 'none', '40', '10', '0'])
      expect(draw()).toContain(`>${text}</text>`);
    expect(draw()).not.toContain('>red</text>');
    expect(draw({ hasLegend: true })).toContain('>red</text>');
  });
});

describe('a bar chart', () => {
  it('draws every bar on the same scale', () => {
    const [long, short, none] = bars(draw(), RED);
    expect((long?.width ?? 0) / (short?.width ?? 1)).toBeCloseTo(3, 1);
    expect(none?.width).toBe(0);
  });

  it('puts a segment where the one before it ends', () => {
    const [red] = bars(draw(), RED);
    const [blue] = bars(draw(), BLUE);
    expect(blue?.x).toBeCloseTo((red?.x ?? 0) + (red?.width ?? 0), 1);
  });

  it('makes room for a marker beyond the longest bar', () => {
    const [before] = bars(draw(), RED);
    const drawn = draw({ marker: { value: 80, label: 'twice' } });
    const [after] = bars(drawn, RED);
    expect((before?.width ?? 0) / (after?.width ?? 1)).toBeCloseTo(2, 1);
    expect(drawn).toContain('>twice</text>');
  });

  it('keeps a marker at the very end of the scale', () => {
    expect(draw({ marker: { value: 48.8 * 1.5, label: 'end' } })).toContain('>end</text>');
  });

  it('draws bars of no width when every value is zero', () => {
    const zero = { labels: ['a'], notes: [''], series: [{ name: 'red', colour: RED, values: [0] }] };
    expect(bars(draw(zero), RED)).toMatchObject([{ width: 0 }]);
  });

  it('colours single bars', () => {
    const drawn = draw({ series: [{ name: 'kB', colour: [RED, BLUE, BLUE], values: [4, 2, 1] }] });
    expect([bars(drawn, RED).length, bars(drawn, BLUE).length]).toEqual([1, 2]);
  });

  it('grows with its rows', () => {
    expect(chartHeight(chart)).toBeGreaterThan(chartHeight({ ...chart, labels: chart.labels.slice(1) }));
  });
});
