import * as z from 'zod';
import { AwsError, type JsonObject } from '../contract.ts';

const changeable = {
  BatchSize: z.number().int().min(1).max(10_000).optional(),
  MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
  ScalingConfig: z
    .strictObject({ MaximumConcurrency: z.number().int().min(2).max(1000).optional() })
    .optional(),
  Enabled: z.boolean().optional(),
};
const creation = z.strictObject({
  ...changeable,
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Tags: z.unknown().optional(),
});
const change = z.strictObject({ ...changeable, UUID: z.string(), FunctionName: z.string().optional() });

export interface MappingSettings {
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Batches at the same time; 5 by default. */
  readonly maximumConcurrency: number | undefined;
  readonly enabled: boolean;
}

export function parseCreation(input: JsonObject): {
  queueArn: string;
  functionName: string;
  settings: MappingSettings;
} {
  const data = parsed(creation.safeParse(input));
  const settings: MappingSettings = {
    batchSize: data.BatchSize ?? 10,
    windowSeconds: data.MaximumBatchingWindowInSeconds ?? 0,
    reportsItemFailures: (data.FunctionResponseTypes ?? []).length > 0,
    maximumConcurrency: data.ScalingConfig?.MaximumConcurrency,
    enabled: data.Enabled ?? true,
  };
  checkLimits(settings, data.EventSourceArn.endsWith('.fifo'));
  return { queueArn: data.EventSourceArn, functionName: data.FunctionName, settings };
}

/** The settings after UpdateEventSourceMapping. A member that is absent keeps its value. */
export function parseChange(input: JsonObject, current: MappingSettings, fifo: boolean): MappingSettings {
  const data = parsed(change.safeParse(input));
  const settings: MappingSettings = {
    batchSize: data.BatchSize ?? current.batchSize,
    windowSeconds: data.MaximumBatchingWindowInSeconds ?? current.windowSeconds,
    reportsItemFailures: data.FunctionResponseTypes
      ? data.FunctionResponseTypes.length > 0
      : current.reportsItemFailures,
    maximumConcurrency: data.ScalingConfig
      ? data.ScalingConfig.MaximumConcurrency
      : current.maximumConcurrency,
    enabled: data.Enabled ?? current.enabled,
  };
  checkLimits(settings, fifo);
  return settings;
}

function checkLimits({ batchSize, windowSeconds }: MappingSettings, fifo: boolean): void {
  if (fifo && (batchSize > 10 || windowSeconds > 0))
    throw invalid('A FIFO queue allows a batch size of at most 10 and no batching window.');
  if (batchSize > 10 && windowSeconds < 1)
    throw invalid('A batch size above 10 needs MaximumBatchingWindowInSeconds of at least 1.');
}

function parsed<T>(result: z.ZodSafeParseResult<T>): T {
  if (!result.success) throw invalid(z.prettifyError(result.error));
  return result.data;
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);
