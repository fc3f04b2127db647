import * as z from 'zod';
import type { MetricStore } from '../contract.ts';

const embeddedMetrics = z.looseObject({
  _aws: z.looseObject({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.looseObject({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.looseObject({ Name: z.string(), Unit: z.string().optional() })),
      }),
    ),
  }),
});

/**
 * Records the metrics of a line in the embedded metric format; returns false for any other line. A value is a
 * number or an array of numbers. Each dimension set makes a metric of its own, as in CloudWatch.
 */
export function recordEmbeddedMetrics(line: string, metrics: MetricStore): boolean {
  if (!line.includes('"CloudWatchMetrics"')) return false;
  const { data } = embeddedMetrics.safeParse(parseJson(line));
  if (!data) return false;
  const at = new Date(data._aws.Timestamp);
  for (const directive of data._aws.CloudWatchMetrics)
    for (const names of directive.Dimensions.length > 0 ? directive.Dimensions : [[]]) {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(data[name])]));
      for (const { Name: name, Unit: unit } of directive.Metrics)
        for (const value of [data[name]].flat())
          if (typeof value === 'number')
            metrics.record({
              namespace: directive.Namespace,
              name,
              dimensions,
              value,
              ...(unit && { unit }),
              at,
            });
    }
  return true;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
