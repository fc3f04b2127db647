import * as z from 'zod';
import { careSettings } from '../../lambdas/core/base/care-settings.ts';
import { deliverySettings } from '../../lambdas/core/delivery/delivery-settings.ts';
import { runSettings } from '../../lambdas/core/runs/run-settings.ts';
import { customerExpansions, customerSettings } from '../../lambdas/handlers/customer/settings.ts';
import { explain } from './config-keys.ts';
import { checkTiming } from './timing.ts';

/** Days that CloudWatch Logs accepts; any other number fails at deployment. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653,
] as const;

const secret = z
  .string()
  .regex(/^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@-]+$/, {
    error: 'expected the name or the ARN of a secret',
  });

/** Keys of every handler. A handler without settings of its own needs no entry. */
export const handlerQueue = {
  coalesceSeconds: z.int().min(0).max(900).default(5),
  maxConcurrency: z.int().min(2).max(1000).default(10),
};

/** Examples of settings that are defined with `zod/mini`, which carries none. */
const examples: Partial<Record<keyof typeof customerSettings.shape, unknown>> = {
  retailerId: '1',
  retailerByStore: { berlin: '2' },
  retailerByCountry: { DE: '2' },
  consentField: 'marketingConsent',
  adoptExisting: false,
  timezoneByCountry: { DE: 'Europe/Berlin' },
  attributePrefix: 'ct_',
  customFields: { loyaltyId: 'LOYALTY_ID' },
};
for (const [key, example] of Object.entries(examples)) {
  z.globalRegistry.add(customerSettings.shape[key as keyof typeof examples], { example });
}

z.globalRegistry.add(careSettings.shape.canaryCustomerId, {
  example: '3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f',
});

/** One stage of the connector. docs/configuration.md explains each key; a test keeps it equal to this schema. */
export const stageConfig = z
  .strictObject({
    stage: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/)
      .meta({ example: 'dev' }),
    env: z
      .strictObject({
        account: z
          .string()
          .regex(/^\d{12}$/, { error: 'expected the 12 digits of an AWS account' })
          .exactOptional()
          .meta({ example: '123456789012' }),
        region: z
          .string()
          .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'expected an AWS region' })
          .exactOptional()
          .meta({ example: 'eu-central-1' }),
      })
      .prefault({}),
    commercetools: z.strictObject({
      projectKey: z
        .string()
        .regex(/^[a-z0-9_-]{2,36}$/, { error: 'expected the key of a commercetools project' })
        .meta({ example: 'my-project' }),
      subscriptionKey: z
        .string()
        .regex(/^[A-Za-z0-9_-]{2,256}$/, {
          error: 'expected a commercetools key (2-256 letters, digits, _ or -)',
        })
        .meta({ example: 'fluent-connector-dev' }),
      secret: secret.meta({ example: 'fluent-connector/dev/commercetools' }),
      subscriptionSecret: secret.meta({ example: 'fluent-connector/dev/commercetools-subscription' }),
      canarySecret: secret.exactOptional().meta({ example: 'fluent-connector/dev/commercetools-canary' }),
    }),
    fluent: z.strictObject({ secret: secret.meta({ example: 'fluent-connector/dev/fluent' }) }),
    handlers: z.strictObject({
      customer: z.strictObject({ ...handlerQueue, settings: z.strictObject(customerSettings.shape) }),
    }),
    delivery: z.strictObject(deliverySettings.shape).prefault({}),
    runs: z.strictObject(runSettings.shape).prefault({}),
    care: z.strictObject(careSettings.shape).prefault({}),
    functions: z
      .strictObject({
        handlerTimeoutSeconds: z.int().min(5).max(900).default(30),
        flowTimeoutSeconds: z.int().min(5).max(900).default(30),
        feederTimeoutSeconds: z.int().min(5).max(900).default(120),
        logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
      })
      .prefault({}),
    batching: z
      .strictObject({
        ingestWindowSeconds: z.int().min(1).max(300).default(2),
        routeWindowSeconds: z.int().min(1).max(300).default(1),
      })
      .prefault({}),
    table: z.strictObject({ maxWriteUnits: z.int().min(1).default(4000) }).prefault({}),
    archiveDays: z.int().min(1).default(14),
    logRetentionDays: z.literal(logRetentions).default(30),
    retain: z.boolean().default(true),
    alarmTopicArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/, {
        error: 'expected the ARN of an SNS topic',
      })
      .optional()
      .meta({ example: 'arn:aws:sns:eu-central-1:123456789012:operations' }),
  })
  .superRefine(checkTiming);

export type StageConfig = z.infer<typeof stageConfig>;
export type StageRecord = Omit<z.input<typeof stageConfig>, 'stage'>;
export type HandlerConfig = z.infer<z.ZodObject<typeof handlerQueue>> & { readonly settings: object };

/** Its message names the key, what is wrong and an example. */
export class StageConfigError extends Error {
  override readonly name = 'StageConfigError';
}

/** Throws one StageConfigError that names every missing or wrong value. */
export function parseStage(stage: string, records: Readonly<Record<string, unknown>>): StageConfig {
  const record = Object.hasOwn(records, stage) ? records[stage] : undefined;
  if (record === undefined) {
    const known = Object.keys(records).join(', ');
    throw new StageConfigError(
      `Unknown stage "${stage}". Stages of lib/config/stages.ts: ${known}. Choose one with -c stage=<name>.`,
    );
  }
  const parsed = stageConfig.safeParse({ ...(record as object), stage });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${explain(issue, stageConfig)}`);
  throw new StageConfigError([`Stage "${stage}" in lib/config/stages.ts:`, ...lines].join('\n'));
}

/** The defaults and no settings for a handler without an entry. */
export function handlerConfigOf(config: StageConfig, handler: string): HandlerConfig {
  const handlers: Readonly<Record<string, HandlerConfig>> = config.handlers;
  return handlers[handler] ?? { ...z.object(handlerQueue).parse({}), settings: {} };
}

/** References that the mapper of a handler reads; none unless listed here. */
const expansions: Readonly<Record<string, (config: StageConfig) => string[]>> = {
  customer: ({ handlers }) => customerExpansions(handlers.customer.settings),
};

/** Expansions for listing a resource, so that a listed body equals a fetched one. */
export function expansionsOf(config: StageConfig, handler: string): string[] {
  return expansions[handler]?.(config) ?? [];
}
