import { describe, expect, it } from 'vitest';
import { type BarChart, chartHeight, drawBarChart } from '../../../bench/bar-chart.ts';
import { element, picture } from '../../../bench/svg.ts';

describe('the SVG writer', () => {
  it('escapes text and attributes', () => {
    const { markup } = element('text', { 'data-note': '"<&>' }, 'a < b && c > "d"');
    expect(markup).toBe(
      '<text data-note="&quot;&lt;&amp;&gt;">a &lt; b &amp;&amp; c &gt; &quot;d&quot;</text>',
    );
  });

  it('takes elements as they are: what is escaped once is not escaped twice', () => {
    expect(element('g', {}, element('text', {}, '&')).markup).toBe('<g><text>&amp;</text></g>');
  });

  it('closes elements without content', () => {
    expect(element('rect', { x: 1, width: 2.0049 }).markup).toBe('<rect x="1" width="2"/>');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses to draw %d', (value) => {
    expect(() => element('rect', { width: value })).toThrow(RangeError);
  });

  it('makes a picture that scales and has a title', () => {
    const drawn = picture({ width: 10, height: 20, title: 'A & B' }, element('rect', { x: 1 }));
    expect(drawn).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(drawn).toContain('viewBox="0 0 10 20"');
    expect(drawn).toContain('<title>A &amp; B</title>');
    expect(drawn.trimEnd()).toMatch(/<\/svg>$/);
  });
});

describe('a bar chart', () => {
  const chart: BarChart = {
    title: 'Bars',
    subtitle: 'of something',
    rows: [
      {
        label: 'long',
        segments: [
          { value: 30, colour: 'red' },
          { value: 10, colour: 'blue' },
        ],
        note: '40',
      },
      { label: 'short', segments: [{ value: 10, colour: 'red' }], note: '10' },
      { label: 'none', segments: [{ value: 0, colour: 'red' }], note: '0' },
    ],
  };
  const bars = (drawn: string, colour: string) =>
    [...drawn.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="\d+" fill="(\w+)"/g)]
      .filter(([, , , fill]) => fill === colour)
      .map(([, x, width]) => ({ x: Number(x), width: Number(width) }));
  const drawn = (some: Partial<BarChart> = {}) =>
    drawBarChart({ ...chart, ...some }, { x: 0, y: 0, width: 800 }).markup;

  it('draws every bar on the same scale', () => {
    const [long, short, none] = bars(drawn(), 'red');
    expect((long?.width ?? 0) / (short?.width ?? 1)).toBeCloseTo(3, 1);
    expect(none?.width).toBe(0);
  });

  it('puts a segment where the one before it ends', () => {
    const [red] = bars(drawn(), 'red');
    const [blue] = bars(drawn(), 'blue');
    expect(blue?.x).toBeCloseTo((red?.x ?? 0) + (red?.width ?? 0), 1);
  });

  it('makes room for a marker beyond the longest bar', () => {
    const [before] = bars(drawn(), 'red');
    const [after] = bars(drawn({ marker: { value: 80, label: 'twice' } }), 'red');
    expect((before?.width ?? 0) / (after?.width ?? 1)).toBeCloseTo(2, 1);
  });

  it('stands when every value is zero', () => {
    expect(() =>
      drawn({ rows: [{ label: 'a', segments: [{ value: 0, colour: 'red' }], note: '' }] }),
    ).not.toThrow();
  });

  it('grows with its rows', () => {
    expect(chartHeight(chart)).toBeGreaterThan(chartHeight({ ...chart, rows: chart.rows.slice(1) }));
  });
});
