import type { Customer } from '@commercetools/platform-sdk';
import { demoProject } from '@fluent-connector/twins/commercetools';
import { expect } from 'vitest';
import {
  type EmbeddedConnector,
  type EmbeddedOptions,
  startEmbeddedConnector,
} from '../../local/connector/embedded-connector.ts';
import { createShop, type Shop } from '../../local/demo/shop.ts';
import { type CommandLine, commandLineOf } from '../builders/operations.ts';

export interface World {
  readonly connector: EmbeddedConnector;
  readonly shop: Shop;
  readonly cli: CommandLine;
}

/** Starts a connector for a project with existing customers, which no notification announces. */
export async function startWorld(
  options: Omit<EmbeddedOptions, 'ports'>,
  customers: readonly { readonly id: string; readonly email: string; readonly firstName: string }[],
): Promise<World> {
  const ports = { commercetools: 0, fluent: 0, aws: 0 };
  const connector = await startEmbeddedConnector({ ...options, ports });
  await connector.commercetools.seed(demoProject);
  await connector.commercetools.seed({ customers: [...customers] });
  return { connector, shop: createShop(connector.commercetools), cli: commandLineOf(connector) };
}

/** Physical name of the state table. */
export function tableNameOf({ connector: { stack } }: World): string {
  const tables = [...stack.resources.values()].filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
  return tables[0]?.physicalId ?? '';
}

/** The canary in lib/config/stages.ts of the extension. */
export const canaryId = '0cafe000-0000-4000-8000-000000000001';
export const customerId = (n: number) => `3f1d2c9a-5b7e-4a10-9c1d-0000000000${String(n).padStart(2, '0')}`;

let count = 0;
export const draft = (over: object = {}) => ({
  email: `extended.${++count}@example.com`,
  firstName: 'Ella',
  ...over,
});

export function inFluent({ connector }: World, username: string) {
  return connector.fluent.customers().find((one) => one.username === username);
}

export function atSource({ connector }: World, id: string): Customer {
  const found = connector.commercetools.customers().find((one) => one.id === id);
  if (!found) throw new Error(`commercetools has no ${id}`);
  return found;
}

/** Polls for as long as a slow machine may need; the time is not measured. */
export const eventually = <T>(read: () => T | Promise<T>) =>
  expect.poll(read, { timeout: 180_000, interval: 200 });
