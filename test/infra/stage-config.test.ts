import { describe, expect, it } from 'vitest';
import { configKeys } from '../../lib/config/config-keys.ts';
import { handlerConfigOf, parseStage, StageConfigError, stageConfig } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';

interface Changes {
  readonly [path: string]: unknown;
}

/** The production record with values set by path; undefined removes the key. */
function prodWith(changes: Changes): Record<string, unknown> {
  const record = structuredClone(stages['prod']) as unknown as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) set(record, path.split('.'), value);
  return { prod: record };
}

function set(record: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length > 0) {
    record[key] ??= {};
    set(record[key] as Record<string, unknown>, rest, value);
  } else if (value === undefined) delete record[key];
  else record[key] = value;
}

function messageFor(changes: Changes): string {
  try {
    parseStage('prod', prodWith(changes));
  } catch (error) {
    if (error instanceof StageConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a stage', () => {
  it.each(Object.keys(stages))('%s is complete', (stage) => {
    expect(parseStage(stage, stages).stage).toBe(stage);
  });

  it('that is unknown is refused with the names of the known stages', () => {
    expect(() => parseStage('test', stages)).toThrow(
      'Unknown stage "test". Stages of lib/config/stages.ts: dev, prod, local.',
    );
    expect(() => parseStage('constructor', stages)).toThrow(StageConfigError);
  });

  it('has defaults for everything that does not belong to one customer', () => {
    const config = parseStage('prod', stages);
    expect(config.archiveDays).toBe(14);
    expect(config.functions.handlerTimeoutSeconds).toBe(30);
    expect(config.delivery).toMatchObject({ deltaSeconds: 60, giveUpSeconds: 259_200 });
    expect(config.handlers.customer).toMatchObject({ coalesceSeconds: 5, maxConcurrency: 20 });
  });

  it('gives a handler without an entry the defaults and no settings', () => {
    expect(handlerConfigOf(parseStage('prod', stages), 'other')).toEqual({
      coalesceSeconds: 5,
      maxConcurrency: 10,
      settings: {},
    });
  });

  it('has a valid example for every key', () => {
    for (const key of configKeys(stageConfig)) {
      expect(key.example, key.path).toBeDefined();
      if (key.path !== 'stage') expect(messageFor({ [key.path]: key.example }), key.path).toBe('accepted');
    }
  });
});

describe('a missing or wrong value', () => {
  const cases: [string, unknown, string][] = [
    [
      'commercetools.projectKey',
      undefined,
      'commercetools.projectKey: expected string, received undefined; for example "my-project"',
    ],
    [
      'commercetools.projectKey',
      'My Project',
      'commercetools.projectKey: expected the key of a commercetools project; for example "my-project"',
    ],
    ['commercetools.subscriptionKey', 'a', 'for example "fluent-connector-dev"'],
    [
      'commercetools.secret',
      'two words',
      'commercetools.secret: expected the name or the ARN of a secret; for example "fluent-connector/dev/commercetools"',
    ],
    [
      'fluent',
      undefined,
      'fluent: expected object, received undefined; for example fluent.secret = "fluent-connector/dev/fluent"',
    ],
    [
      'handlers.customer.settings.retailerId',
      undefined,
      'handlers.customer.settings.retailerId: expected string, received undefined; for example "1"',
    ],
    [
      'handlers.customer.settings.retailerByStore',
      { berlin: 'x' },
      'handlers.customer.settings.retailerByStore.berlin: must be the number of a Fluent retailer',
    ],
    [
      'handlers.customer.settings.onDelete',
      'remove',
      'handlers.customer.settings.onDelete: Invalid option: expected one of "ignore"|"anonymise"; for example "ignore"',
    ],
    [
      'handlers.customer.coalesceSeconds',
      901,
      'handlers.customer.coalesceSeconds: Too big: expected number to be <=900; for example 5',
    ],
    [
      'handlers.customer.maxConcurrency',
      1,
      'handlers.customer.maxConcurrency: Too small: expected number to be >=2; for example 10',
    ],
    [
      'env.account',
      '123',
      'env.account: expected the 12 digits of an AWS account; for example "123456789012"',
    ],
    ['env.region', 'Frankfurt', 'env.region: expected an AWS region; for example "eu-central-1"'],
    ['logRetentionDays', 31, 'logRetentionDays: Invalid option'],
    [
      'alarmTopicArn',
      'operations',
      'alarmTopicArn: expected the ARN of an SNS topic; for example "arn:aws:sns:',
    ],
    [
      'delivery.deltaSeconds',
      '60',
      'delivery.deltaSeconds: expected number, received string; for example 60',
    ],
    [
      'delivery.tombstoneSeconds',
      86_400,
      'delivery.tombstoneSeconds: Too small: expected number to be >=3024000; for example 7776000',
    ],
  ];

  it.each(cases)('is reported with its key and an example: %s = %j', (path, value, message) => {
    expect(messageFor({ [path]: value })).toContain(message);
  });

  it('is reported together with all others', () => {
    const message = messageFor({ 'commercetools.projectKey': undefined, 'fluent.secret': undefined });
    expect(message).toContain('commercetools.projectKey');
    expect(message).toContain('fluent.secret');
    expect(message).toContain('Stage "prod" in lib/config/stages.ts:');
  });

  it.each([
    'archivDays',
    'commercetools.projetKey',
    'handlers.custommer',
    'handlers.customer.settings.retailer',
    'delivery.delta',
  ])('includes the unknown key %s', (path) => {
    expect(messageFor({ [path]: 1 })).toContain(`${path}: unknown key`);
  });
});

describe('times that contradict each other', () => {
  const cases: [Changes, string][] = [
    [
      { 'delivery.fluentTimeoutMs': 10_000 },
      'delivery.fluentTimeoutMs: must be less than a third of functions.handlerTimeoutSeconds (30 s)',
    ],
    [{ 'functions.handlerTimeoutSeconds': 15 }, 'delivery.commercetoolsTimeoutMs: must be less than a third'],
    [{ 'delivery.backoffFloorSeconds': 61 }, 'delivery.backoffBaseSeconds: must not be below'],
    [{ 'delivery.backoffCapSeconds': 59 }, 'delivery.backoffCapSeconds: must not be below'],
    [
      { 'delivery.deltaSeconds': 43_200 },
      'delivery.deltaSeconds: the visibility timeout that follows from it exceeds the 12 hours',
    ],
    [{ 'delivery.receiveGuard': 5 }, 'delivery.giveUpMinReceives: must be below delivery.receiveGuard (5)'],
    [{ 'delivery.receiveGuard': 300 }, 'delivery.giveUpSeconds: is never reached'],
    [{ 'delivery.giveUpSeconds': 14 * 86_400 }, 'delivery.giveUpSeconds: is never reached'],
    [{ 'delivery.receiveGuard': 1000 }, 'delivery.receiveGuard: Too big'],
  ];

  it.each(cases)('are refused: %j', (changes, message) => {
    expect(messageFor(changes)).toContain(message);
  });
});
