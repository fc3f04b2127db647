import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  EnvFileError,
  readSystems as readEnvFile,
  variables,
} from '../../../lambdas/core/operations/env-file-systems.ts';
import { forRealSystems } from '../../../lib/config/real-systems.ts';
import { parseStage } from '../../../lib/config/stage-config.ts';
import { stages } from '../../../lib/config/stages.ts';

const commercetools = {
  COMMERCETOOLS_PROJECT_KEY: 'shop-dev',
  COMMERCETOOLS_API_URL: 'https://api.example.com/',
  COMMERCETOOLS_AUTH_URL: 'https://auth.example.com',
  COMMERCETOOLS_CLIENT_ID: 'reader',
  COMMERCETOOLS_CLIENT_SECRET: 'sesame-1',
};
const fluent = {
  FLUENT_ROOT_URL: 'https://acme.sandbox.api.fluentretail.com',
  FLUENT_ACCOUNT_ID: 'ACME',
  FLUENT_CLIENT_ID: 'ACME',
  FLUENT_CLIENT_SECRET: 'sesame-2',
  FLUENT_USERNAME: 'connector',
  FLUENT_PASSWORD: 'sesame-3',
  FLUENT_RETAILER_ID: '7',
};
const file = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('');
const readSystems = (text: string, name: string) => readEnvFile(parseEnv(text), name);
const refusal = (values: Record<string, string>) => {
  try {
    readSystems(file(values), '.env');
  } catch (error) {
    if (error instanceof EnvFileError) return error.message;
  }
  return undefined;
};
const without = (values: Record<string, string>, ...names: string[]) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

describe('an env file', () => {
  test('names one system or both', () => {
    expect(readSystems(file(commercetools), '.env')).toEqual({
      commercetools: {
        projectKey: 'shop-dev',
        connection: {
          apiUrl: 'https://api.example.com',
          authUrl: 'https://auth.example.com',
          clientId: 'reader',
          clientSecret: 'sesame-1',
        },
      },
    });
    const both = readSystems(file({ ...commercetools, ...fluent }), '.env');
    expect(both.fluent?.retailerId).toBe('7');
    expect(both.fluent?.connection).toMatchObject({ accountId: 'ACME', password: 'sesame-3' });
  });
  test('may name the complete API client of the subscription', () => {
    const second = {
      COMMERCETOOLS_SUBSCRIPTION_CLIENT_ID: 'manager',
      COMMERCETOOLS_SUBSCRIPTION_CLIENT_SECRET: 'sesame-4',
    };
    const { commercetools: read } = readSystems(file({ ...commercetools, ...second }), '.env');
    expect(read?.subscription).toMatchObject({ clientId: 'manager', apiUrl: 'https://api.example.com' });
    expect(
      refusal({ ...commercetools, ...without(second, 'COMMERCETOOLS_SUBSCRIPTION_CLIENT_SECRET') }),
    ).toContain('COMMERCETOOLS_SUBSCRIPTION_CLIENT_SECRET: is missing');
  });
  test('must have all variables of a group: each missing one is named', () => {
    const partly = without({ ...commercetools, ...fluent }, 'COMMERCETOOLS_AUTH_URL', 'FLUENT_PASSWORD');
    expect(refusal({ ...partly, FLUENT_RETAILER_ID: '' })).toBe(`.env cannot be used:
  COMMERCETOOLS_AUTH_URL: is missing
  FLUENT_PASSWORD: is missing
  FLUENT_RETAILER_ID: is missing`);
  });
  test('with an unknown variable is rejected: it is a typing error', () => {
    expect(refusal({ ...fluent, FLUENT_USER: 'connector' })).toContain('FLUENT_USER: unknown variable');
  });
  test('must name https addresses; errors never show a value', () => {
    const message = refusal({
      ...commercetools,
      ...fluent,
      COMMERCETOOLS_API_URL: 'http://api.example.com',
      COMMERCETOOLS_PROJECT_KEY: 'my project',
      FLUENT_ROOT_URL: 'acme.sandbox',
    });
    expect(message).toBe(`.env cannot be used:
  COMMERCETOOLS_API_URL: must be an https address (http on 127.0.0.1 only)
  COMMERCETOOLS_PROJECT_KEY: is not a project key
  FLUENT_ROOT_URL: must be an https address (http on 127.0.0.1 only)`);
  });
  test('without any system is rejected', () => {
    expect(refusal({ OTHER: 'x' })).toContain('names no system');
  });
});

describe('.env.example', () => {
  test('has every variable, empty', () => {
    const example = parseEnv(readFileSync('.env.example', 'utf8'));
    expect(Object.keys(example).sort()).toEqual([...variables].sort());
    expect(new Set(Object.values(example))).toEqual(new Set(['']));
  });
});

describe('the local stage for real systems', () => {
  test('has their keys and the default times of the protocol', () => {
    const config = parseStage('local', forRealSystems(stages, { projectKey: 'shop-dev', retailerId: '7' }));
    expect(config.commercetools.projectKey).toBe('shop-dev');
    expect(config.handlers.customer.settings.retailerId).toBe('7');
    expect(config.delivery.deltaSeconds).toBe(60);
    expect(config.runs.overlapSeconds).toBe(600);
  });
  test('is unchanged when both are twins; no other stage ever changes', () => {
    expect(forRealSystems(stages, {})).toBe(stages);
    expect(forRealSystems(stages, { projectKey: 'shop-dev' })['prod']).toBe(stages['prod']);
  });
});
