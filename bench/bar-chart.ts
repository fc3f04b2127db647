import type { EChartsOption } from 'echarts';

/** Horizontal bars on one scale that begins at zero. */
export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  /** One per bar, from top to bottom. */
  readonly labels: readonly string[];
  /** The figures to the right of each bar. */
  readonly notes: readonly string[];
  /** Each bar is the stack of its values of all series. */
  readonly series: readonly Series[];
  /** A vertical line through all bars. */
  readonly marker?: { readonly value: number; readonly label: string };
  readonly hasLegend?: boolean;
}

export interface Series {
  readonly name: string;
  /** One colour for all bars, or one per bar. */
  readonly colour: string | readonly string[];
  /** Drawn pale: measured by a clock, not counted. */
  readonly isPale?: boolean;
  readonly values: readonly number[];
}

const rowHeight = 26;
const headHeight = 46;
const legendHeight = 30;
const markerHeight = 20;
const labelWidth = 205;
const noteWidth = 145;
const colours = { text: '#1f2933', quiet: '#52606d', ground: '#eef1f4' } as const;

/** Pixels from top to bottom. */
export function chartHeight({ labels, hasLegend = false, marker }: BarChart): number {
  return (
    headHeight + labels.length * rowHeight + (hasLegend ? legendHeight : 0) + (marker ? markerHeight : 0)
  );
}

/** ECharts options of one chart among several; `index` numbers them. Throws RangeError on NaN and infinity. */
export function chartOptions(
  chart: BarChart,
  index: number,
  { top, margin }: { readonly top: number; readonly margin: number },
) {
  const { title, subtitle, labels, notes, series, marker, hasLegend = false } = chart;
  const totals = labels.map((_, row) => series.reduce((sum, { values }) => sum + (values[row] ?? 0), 0));
  const longest = Math.max(marker?.value ?? 0, ...totals, Number.MIN_VALUE);
  for (const value of [...series.flatMap(({ values }) => values), longest]) {
    if (!Number.isFinite(value)) throw new RangeError(`${title}: ${value} cannot be drawn.`);
  }
  const height = labels.length * rowHeight;
  const side = {
    type: 'category' as const,
    gridIndex: index,
    inverse: true,
    axisLine: { show: false },
    axisTick: { show: false },
  };
  const label = { color: colours.text, fontSize: 13, margin: 10 };
  return {
    title: {
      text: title,
      subtext: subtitle,
      left: margin - 5,
      top: top - 5,
      itemGap: 6,
      textStyle: { color: colours.text, fontSize: 16, fontWeight: 600 },
      subtextStyle: { color: colours.quiet, fontSize: 12 },
    },
    grid: { left: margin + labelWidth, right: margin + noteWidth, top: top + headHeight, height },
    xAxis: { type: 'value' as const, gridIndex: index, min: 0, max: scaleEnd(longest), show: false },
    yAxis: [
      { ...side, data: [...labels], axisLabel: { ...label, interval: 0 } },
      { ...side, data: [...notes], axisLabel: { ...label, interval: 0 }, position: 'right' as const },
    ],
    series: series.map(({ name, colour, isPale = false, values }, place) => ({
      type: 'bar' as const,
      name,
      stack: `chart ${index}`,
      xAxisIndex: index,
      yAxisIndex: 2 * index,
      barWidth: 16,
      ...(place === 0 && { showBackground: true, backgroundStyle: { color: colours.ground } }),
      itemStyle: { opacity: isPale ? 0.35 : 1, ...(typeof colour === 'string' && { color: colour }) },
      data: values.map((value, row) =>
        typeof colour === 'string' ? value : { value, itemStyle: { color: colour[row] ?? colours.quiet } },
      ),
      ...(place === 0 && marker && { markLine: markLine(marker) }),
    })),
    legend: hasLegend
      ? [
          {
            data: series.map(({ name }) => name),
            left: margin + labelWidth - 5,
            top: top + headHeight + height + 4,
            itemWidth: 12,
            itemHeight: 12,
            itemGap: 18,
            icon: 'rect',
            textStyle: { color: colours.quiet, fontSize: 12 },
          },
        ]
      : [],
  } satisfies EChartsOption;
}

/** ECharts rounds a marker to two decimals and leaves it out when it is then beyond the scale. */
const scaleEnd = (longest: number) => Math.ceil(longest * 100) / 100;

function markLine({ value, label }: NonNullable<BarChart['marker']>) {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: colours.text, width: 1.5, type: 'dashed' as const },
    label: { formatter: label, position: 'end' as const, color: colours.quiet, fontSize: 11 },
    data: [{ xAxis: value }],
  };
}
