import { demoProject } from '@fluent-connector/twins/commercetools';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { readLedger } from '../../local/demo/ledger.ts';
import { createShop, type Shop } from '../../local/demo/shop.ts';
import { balanceSince, drainDeadLetters } from './delivered-messages.ts';

const QUIET_MS = 180_000;
let count = 0;
const draft = () => ({ email: `Person.${++count}@Example.com`, firstName: 'Vera', lastName: 'Canary' });

describe('the connector on local AWS, while Fluent fails,', () => {
  let connector: EmbeddedConnector;
  let shop: Shop;
  beforeAll(async () => {
    const ports = { commercetools: 0, fluent: 0, aws: 0 };
    // An outage opens the breaker; a caretaker pass every second closes it soon.
    connector = await startEmbeddedConnector({ ports, caretakerEveryMs: 1_000 });
    await connector.commercetools.seed(demoProject);
    shop = createShop(connector.commercetools);
  });
  afterAll(() => connector.stop());
  afterEach(() => {
    connector.fluent.faults.rates = {};
    connector.fluent.faults.next = [];
  });

  const quiet = async () => expect(await connector.quiet(QUIET_MS)).toBe(0);
  const stored = (id: string) => connector.fluent.customers().find(({ username }) => username === id);
  const outcomesOf = (id: string) =>
    connector.lambda
      .logs()
      .map(({ text }) => JSON.parse(text))
      .filter((line) => line.message === 'outcome' && line.id === id)
      .map((line) => `${line.outcome}: ${line.reason}`);

  test.each(['resetAfterWrite', 'badGatewayAfterWrite', 'invalidJson'] as const)(
    'creates one customer when the answer of the create is lost (%s)',
    async (fault) => {
      connector.fluent.faults.operations = ['create'];
      connector.fluent.faults.next = [fault];
      const { id } = await shop.create(draft());
      await quiet();
      delete connector.fluent.faults.operations;
      expect(connector.fluent.customers().filter(({ username }) => username === id)).toHaveLength(1);
      expect(outcomesOf(id)).toEqual(['synced: updated']);
    },
  );

  test('loses no change and dead-letters no customer during an outage of Fluent', async () => {
    connector.fluent.faults.rates = {
      serverError: 0.4,
      rateLimitedRetryAfter: 0.2,
      resetBeforeWrite: 0.2,
      tokenExpired: 0.1,
    };
    const before = readLedger(connector.aws.metrics);
    const customers = await Promise.all(Array.from({ length: 8 }, () => shop.create(draft())));
    await expect
      .poll(() => readLedger(connector.aws.metrics).retried, { timeout: QUIET_MS, interval: 200 })
      .toBeGreaterThan(before.retried + 3);
    connector.fluent.faults.rates = {};
    await quiet();
    for (const { id, email } of customers) expect(stored(id)).toMatchObject({ primaryEmail: email });
    const after = readLedger(connector.aws.metrics);
    expect(after.outcomes.failed).toBe(before.outcomes.failed);
    expect(balanceSince(connector, before)).toBe(0);
    expect(await drainDeadLetters(connector, /HandlercustomerQueueDeadLetters/)).toEqual([]);
  });
});
