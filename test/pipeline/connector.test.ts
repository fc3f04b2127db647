import { host } from '@fluent-connector/local-aws';
import { demoProject } from '@fluent-connector/twins/commercetools';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { readLedger } from '../../local/demo/ledger.ts';
import { createShop, type Shop } from '../../local/demo/shop.ts';
import { change, eventBridgeEvent, idOf } from '../builders/notification.ts';
import { balanceSince, drainDeadLetters } from './delivered-messages.ts';

const QUIET_MS = 180_000;
let count = 0;
const draft = () => ({ email: `Person.${++count}@Example.com`, firstName: 'Vera', lastName: 'Canary' });

describe('the connector on local AWS', () => {
  let connector: EmbeddedConnector;
  let shop: Shop;
  beforeAll(async () => {
    const ports = { commercetools: 0, fluent: 0, aws: 0 };
    // An outage opens the breaker; a caretaker pass every two seconds closes it soon.
    connector = await startEmbeddedConnector({ ports, caretakerEveryMs: 2_000 });
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
  const lines = () => connector.lambda.logs().map(({ text }) => text);
  const outcomesOf = (id: string) =>
    lines()
      .map((text) => JSON.parse(text))
      .filter((line) => line.message === 'outcome' && line.id === id)
      .map((line) => `${line.outcome}: ${line.reason}`);

  /** Sends messages to a queue of the stack unchanged. */
  async function enqueue(queue: RegExp, ...bodies: string[]) {
    const [, found] =
      [...connector.stack.resources].find(([id, { type }]) => type === 'AWS::SQS::Queue' && queue.test(id)) ??
      [];
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    for (const entry of Entries) {
      const input = { QueueUrl: found?.physicalId ?? '', MessageBody: entry.MessageBody };
      await connector.aws.gateway.call({ service: 'sqs', operation: 'SendMessage', input, caller: host });
    }
  }

  test('creates the subscription and associates its event source with the partner bus', async () => {
    const resources = [...connector.stack.resources.values()];
    const subscription = resources.find(({ type }) => type === 'Custom::CommercetoolsSubscription');
    expect(subscription?.physicalId).toBe('local/fluent-connector-local');
    const input = { Name: 'aws.partner/commercetools.com/local/fluent-connector-local' };
    expect(
      await connector.aws.gateway.call({
        service: 'events',
        operation: 'DescribeEventSource',
        input,
        caller: host,
      }),
    ).toMatchObject({ State: 'ACTIVE' });
  });

  test('creates a customer, updates it, changes its e-mail and applies the delete policy', async () => {
    const created = await shop.create({
      ...draft(),
      custom: { type: { typeId: 'type', key: 'customer-consent' }, fields: { marketingConsent: true } },
    });
    await quiet();
    expect(stored(created.id)).toMatchObject({
      firstName: 'Vera',
      primaryEmail: created.email,
      promotionOptIn: true,
      retailer: { id: '1' },
    });
    const renamed = await shop.update(created, [{ action: 'changeEmail', email: 'other@example.com' }]);
    await quiet();
    expect(stored(created.id)).toMatchObject({ primaryEmail: 'other@example.com' });
    const calls = connector.fluent.calls();
    const untouched = await shop.update(renamed, [{ action: 'setDateOfBirth', dateOfBirth: '1990-01-02' }]);
    await quiet();
    expect(connector.fluent.calls()).toEqual(calls);
    await shop.remove(untouched, false);
    await quiet();
    expect(stored(created.id)).toMatchObject({ primaryEmail: 'other@example.com' });
    expect(outcomesOf(created.id)).toEqual([
      'synced: created',
      'synced: updated',
      'unchanged: equal-content',
      'deleted: ignored',
    ]);
  });

  test('an erasure leaves no personal data in Fluent, in the table or in logs', async () => {
    const created = await shop.create({
      ...draft(),
      firstName: 'Zacharias',
      companyName: 'Xylophon',
      externalId: 'canary-77',
    });
    await quiet();
    await shop.remove(created, true);
    await quiet();
    expect(stored(created.id)).toMatchObject({
      firstName: 'Deleted',
      primaryEmail: `${created.id}@deleted.invalid`,
    });
    const table =
      [...connector.stack.resources.values()].find(({ type }) => type === 'AWS::DynamoDB::GlobalTable')
        ?.physicalId ?? '';
    const rows = await connector.aws.gateway.call({
      service: 'dynamodb',
      operation: 'Scan',
      input: { TableName: table },
      caller: host,
    });
    for (const text of [JSON.stringify(stored(created.id)), JSON.stringify(rows), lines().join('\n')]) {
      expect(text).not.toMatch(/Zacharias|Xylophon|canary-77/);
    }
    expect(lines().join('\n')).not.toContain(created.email);
  });

  test('dead-letters bad input with a reason, processes the valid messages around it, and logs none of its content', async () => {
    const good = await shop.create(draft());
    await quiet();
    connector.fluent.reset();
    const secret = 'jane.secret@example.com';
    const asText = JSON.stringify;
    const base = change('ResourceUpdated', { version: 1, resource: { typeId: 'customer', id: good.id } });
    const refused: Record<string, string> = {
      'not-json': `{"email":"${secret}"`,
      'invalid:version': asText(eventBridgeEvent({ ...base, version: 0 })),
      'invalid:resource.id': asText(
        eventBridgeEvent({ ...base, resource: { typeId: 'customer', id: secret } }),
      ),
      'invalid:projectKey': asText({ ...base, projectKey: undefined, email: secret }),
      'too-deep': '['.repeat(10_000),
      empty: ' '.repeat(1_000_000),
      'cloud-events-format': asText({ specversion: '1.0', type: 'x', data: { email: secret } }),
    };
    const furtherRefused = [
      asText({ ...base, version: -1 }),
      asText(base).replace('"version":1', '"version":9007199254740993'),
      asText({ ...base, notificationType: secret }),
    ];
    const filtered = [
      asText(eventBridgeEvent({ ...base, projectKey: 'foreign' })),
      asText({ ...base, resource: { typeId: 'cart', id: idOf(1) } }),
      asText(change('ResourceCreated', { resource: { typeId: 'subscription', id: idOf(2) } })),
      asText(base).replace('{', '{"__proto__":{"polluted":true},').replace('"local"', '"other"'),
    ];
    const before = readLedger(connector.aws.metrics);
    await enqueue(/^IngestQueue/, ...Object.values(refused), ...furtherRefused, ...filtered);
    await shop.update(good, [{ action: 'setLastName', lastName: 'Neighbour' }]);
    await quiet();
    const after = readLedger(connector.aws.metrics);
    expect(after.outcomes.failed - before.outcomes.failed).toBe(
      Object.keys(refused).length + furtherRefused.length,
    );
    expect(after.outcomes.filtered - before.outcomes.filtered).toBe(filtered.length);
    expect(balanceSince(connector, before)).toBe(0);
    expect(stored(good.id)).toMatchObject({ lastName: 'Neighbour' });
    const deadLetters = await drainDeadLetters(connector, /^IngestDeadLetters/);
    expect(new Set(deadLetters.map(({ reason }) => reason))).toEqual(
      new Set([...Object.keys(refused), 'invalid:notificationType']),
    );
    expect(deadLetters).toHaveLength(Object.keys(refused).length + furtherRefused.length);
    expect(asText(deadLetters) + lines().join('\n')).not.toContain(secret);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('dead-letters bad input that reaches the router', async () => {
    await enqueue(/^RouteQueue/, 'nonsense', JSON.stringify({ 'detail-type': 'unknown', detail: {} }));
    await quiet();
    const deadLetters = await drainDeadLetters(connector, /^RouteDeadLetters/);
    expect(deadLetters.map(({ reason }) => reason).sort()).toEqual(['invalid:projectKey', 'not-json']);
  });

  test('dead-letters a customer that cannot be mapped, and syncs it once it is corrected', async () => {
    const long = `${'x'.repeat(240)}@example.com`;
    const created = await shop.create({ ...draft(), email: long });
    await quiet();
    expect(outcomesOf(created.id)).toEqual(['failed: EMAIL_TOO_LONG']);
    const deadLetters = await drainDeadLetters(connector, /HandlercustomerQueueDeadLetters/);
    expect(deadLetters).toMatchObject([{ reason: 'EMAIL_TOO_LONG' }]);
    expect(deadLetters[0]?.body).not.toContain('xxx');
    await shop.update(created, [{ action: 'changeEmail', email: 'short@example.com' }]);
    await quiet();
    expect(stored(created.id)).toMatchObject({ primaryEmail: 'short@example.com' });
  });

  test('writes the last version when notifications are duplicated and reordered', async () => {
    const before = readLedger(connector.aws.metrics);
    const { delivery } = connector.commercetools.faults;
    delivery.rates = { duplicate: 0.5, reorder: 0.3 };
    let customer = await shop.create(draft());
    for (let n = 0; n < 6; n++)
      customer = await shop.update(customer, [{ action: 'setFirstName', firstName: `Round ${n}` }]);
    delivery.rates = {};
    await quiet();
    expect(stored(customer.id)).toMatchObject({ firstName: 'Round 5' });
    expect(balanceSince(connector, before)).toBe(0);
  });

  test('grants every call of its functions, and writes every log line as one JSON object', () => {
    expect(connector.aws.gateway.policyReport().denied).toEqual([]);
    for (const line of lines()) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('deletes the subscription with the stack', async () => {
    await connector.stack.remove();
    const { authUrl, apiUrl, clientId, clientSecret } = connector.commercetools.connection('subscription');
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(`${authUrl}/oauth/token`, {
      method: 'POST',
      headers,
      body: 'grant_type=client_credentials',
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const response = await fetch(`${apiUrl}/local/subscriptions/key=fluent-connector-local`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(response.status).toBe(404);
  });
});
