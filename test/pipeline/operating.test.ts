import { setTimeout as sleep } from 'node:timers/promises';
import { host } from '@fluent-connector/local-aws';
import { demoProject } from '@fluent-connector/twins/commercetools';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { createShop, type Shop } from '../../local/demo/shop.ts';
import { change, eventBridgeEvent } from '../builders/notification.ts';
import { quietly, refusal } from '../builders/operations.ts';

const subscriptionKey = 'fluent-connector-local';
let count = 0;
const draft = () => ({ email: `someone.${++count}@example.com`, firstName: 'Otto', lastName: 'Operated' });

describe('operating the connector on local AWS', () => {
  let connector: EmbeddedConnector;
  let shop: Shop;
  beforeAll(async () => {
    connector = await startEmbeddedConnector({
      ports: { commercetools: 0, fluent: 0, aws: 0 },
      caretakerEveryMs: 1_000,
    });
    await connector.commercetools.seed(demoProject);
    shop = createShop(connector.commercetools);
  });
  afterAll(() => connector.stop());
  afterEach(() => {
    connector.fluent.faults.rates = {};
    connector.fluent.faults.next = [];
  });

  const stored = (id: string) => connector.fluent.customers().find(({ username }) => username === id);
  const create = (amount: number) => Promise.all(Array.from({ length: amount }, () => shop.create(draft())));
  const handlerOf = async () => (await connector.control('status', {})).handlers[0];
  const queue = async (name: string) =>
    (await connector.control('queue.list', {})).queues.find((one) => one.name === name);
  const waitingIn = async (name: string) => {
    const { ready = 0, delayed = 0 } = (await queue(name)) ?? {};
    return ready + delayed;
  };
  /** Switches the event source mapping of a function, like a change in the AWS console. */
  async function setMapping(fn: RegExp, Enabled: boolean) {
    const mappings = connector.lambda.mappings().filter(({ functionName }) => fn.test(functionName));
    for (const { uuid: UUID } of mappings)
      await connector.aws.gateway.call({
        service: 'lambda',
        operation: 'UpdateEventSourceMapping',
        input: { UUID, Enabled },
        caller: host,
      });
    // A poll in progress may still return a batch.
    const states = () =>
      connector.lambda
        .mappings()
        .flatMap(({ functionName, state }) => (fn.test(functionName) ? [state] : []));
    await expect.poll(states, { timeout: 60_000 }).toEqual([Enabled ? 'Enabled' : 'Disabled']);
  }

  test('keeps 500 changes in the queue while the router is off, and loses none', async () => {
    await setMapping(/Router/, false);
    const customers = await create(500);
    await expect.poll(async () => (await queue('route'))?.ready, { timeout: 180_000 }).toBe(500);
    await setMapping(/Router/, true);
    await quietly(connector);
    expect(customers.filter(({ id }) => !stored(id))).toEqual([]);
  }, 240_000);

  test('keeps ten edits while a handler is paused, and writes them as one', async () => {
    let customer = await shop.create(draft());
    await quietly(connector);
    await connector.control('handler.pause', {});
    const writes = connector.fluent.writes().length;
    for (let edit = 1; edit <= 10; edit += 1)
      customer = await shop.update(customer, [{ action: 'setLastName', lastName: `Edit-${edit}` }]);
    await expect.poll(() => waitingIn('handler/customer'), { timeout: 180_000 }).toBeGreaterThan(0);
    await connector.tickCaretaker();
    expect(await handlerOf()).toMatchObject({ state: 'paused', isConsuming: false });
    expect(connector.fluent.writes()).toHaveLength(writes);
    expect(await connector.control('handler.resume', {})).toMatchObject({ state: 'running' });
    await quietly(connector);
    expect(stored(customer.id)).toMatchObject({ lastName: 'Edit-10' });
    expect(connector.fluent.writes()).toHaveLength(writes + 1);
  }, 240_000);

  test('catches up with ten edits and an erasure after real-time sync was stopped', async () => {
    const customers = await create(10);
    const [erased] = await create(1);
    await quietly(connector);
    await connector.control('intake.stop', {});
    // Waits for a caretaker pass that read the setting before the stop.
    await quietly(connector);
    for (const customer of customers)
      await shop.update(customer, [{ action: 'setLastName', lastName: 'While-Stopped' }]);
    if (erased) await shop.remove(erased, true);
    await quietly(connector);
    expect(customers.filter(({ id }) => stored(id)?.lastName === 'While-Stopped')).toEqual([]);
    const { catchUpRunIds } = await connector.control('intake.start', {});
    expect(catchUpRunIds).toHaveLength(1);
    const caughtUp = () => customers.filter(({ id }) => stored(id)?.lastName === 'While-Stopped').length;
    await expect.poll(caughtUp, { timeout: 180_000 }).toBe(10);
    await expect.poll(() => stored(erased?.id ?? '')?.firstName, { timeout: 180_000 }).toBe('Deleted');
    await quietly(connector);
  }, 240_000);

  test('records ten changes in Prepare mode, and sends them when an operator releases them', async () => {
    await connector.control('handler.mode', { mode: 'prepare' });
    // A warm function caches the switches for this long.
    await sleep(connector.config.care.switchSeconds * 1_000 + 500);
    const customers = await create(10);
    await quietly(connector);
    expect(await handlerOf()).toMatchObject({ mode: 'prepare', pending: 10 });
    expect(customers.filter(({ id }) => stored(id))).toEqual([]);
    expect(await connector.control('record.process', { ids: [customers[0]?.id ?? ''] })).toEqual({
      sent: 1,
      left: 9,
    });
    await expect.poll(() => stored(customers[0]?.id ?? '')?.firstName, { timeout: 180_000 }).toBe('Otto');
    await connector.control('handler.mode', { mode: 'process' });
    expect(await connector.control('record.process', {})).toEqual({ sent: 9, left: 0 });
    await quietly(connector);
    expect(customers.filter(({ id }) => !stored(id))).toEqual([]);
    expect(await handlerOf()).toMatchObject({ pending: 0 });
  }, 240_000);

  test('previews twelve failures of one cause, retries and syncs them all, and leaves no dead letter', async () => {
    const long = 'x'.repeat(300);
    const unmappable = [];
    for (let index = 0; index < 12; index += 1)
      unmappable.push(await shop.create({ ...draft(), email: `${long}${index}@example.com` }));
    await quietly(connector);
    const { groups } = await connector.control('failure.groups', {});
    const group = groups.find(({ count: failures }) => failures === 12);
    expect(group).toMatchObject({ remedy: expect.any(String) });
    const name = group?.group ?? '';
    expect(await connector.control('failure.retry', { group: name, preview: true })).toMatchObject({
      count: 12,
    });
    // Corrected at the source while intake is disabled: only the retry can send the correction.
    await connector.control('intake.stop', {});
    // Waits for a caretaker pass that read the setting before the stop.
    await quietly(connector);
    for (const customer of unmappable)
      await shop.update(customer, [{ action: 'changeEmail', email: `corrected.${customer.id}@example.com` }]);
    const { run } = await connector.control('failure.retry', { group: name });
    await expect
      .poll(async () => (await connector.control('run.show', { runId: run?.id ?? '' })).entries.synced, {
        timeout: 180_000,
      })
      .toBe(12);
    await connector.control('intake.start', {});
    await quietly(connector);
    expect(
      (await connector.control('failure.groups', {})).groups.filter((one) => one.group === name),
    ).toEqual([]);
    expect(await queue('handler/customer/dead-letters')).toMatchObject({ ready: 0 });
  }, 240_000);

  test('opens the breaker while Fluent is down, fails no customer, and recovers by itself', async () => {
    connector.fluent.faults.rates = { serverError: 1, tokenEndpointDown: 1 };
    const customers = await create(30);
    await expect
      .poll(
        async () => {
          // The handler opens the breaker; the next caretaker pass disables the mapping.
          await connector.tickCaretaker();
          const { state, isConsuming } = (await handlerOf()) ?? {};
          return { state, isConsuming };
        },
        { timeout: 180_000, interval: 1_000 },
      )
      .toEqual({ state: 'breaker-open', isConsuming: false });
    connector.fluent.faults.rates = {};
    await expect
      .poll(
        async () => {
          await connector.tickCaretaker();
          return (await handlerOf())?.state;
        },
        { timeout: 180_000, interval: 1_000 },
      )
      .toBe('running');
    await quietly(connector);
    expect(customers.filter(({ id }) => !stored(id))).toEqual([]);
    expect(await queue('handler/customer/dead-letters')).toMatchObject({ ready: 0 });
  }, 240_000);

  test('finds a stopped subscription, and repairs exactly its window by itself', async () => {
    const customers = await create(40);
    await quietly(connector);
    await connector.tickCaretaker();
    await connector.commercetools.setSubscriptionStatus(subscriptionKey, 'ConfigurationErrorDeliveryStopped');
    for (const customer of customers)
      await shop.update(customer, [{ action: 'setLastName', lastName: 'Not-Notified' }]);
    await expect
      .poll(
        async () => {
          await connector.tickCaretaker();
          return (await connector.control('status', {})).subscription.status;
        },
        { timeout: 180_000, interval: 1_100 },
      )
      .toBe('Unhealthy');
    expect(customers.filter(({ id }) => stored(id)?.lastName === 'Not-Notified')).toEqual([]);
    await connector.commercetools.setSubscriptionStatus(subscriptionKey, 'Healthy');
    await expect
      .poll(
        async () => {
          await connector.tickCaretaker();
          return customers.filter(({ id }) => stored(id)?.lastName === 'Not-Notified').length;
        },
        { timeout: 180_000, interval: 1_100 },
      )
      .toBe(40);
    const { subscription } = await connector.control('status', {});
    expect(subscription).toMatchObject({
      status: 'Healthy',
      lostFrom: expect.any(Number),
      recoveredAt: expect.any(Number),
      runId: expect.any(String),
    });
    await quietly(connector);
  }, 240_000);

  test('explains one customer, and shows personal data only as plain values', async () => {
    const customer = await shop.create({
      ...draft(),
      email: 'vera.visible@example.com',
      lastName: 'Visible',
    });
    await quietly(connector);
    const known = await connector.control('explain', { subject: { email: 'vera.visible@example.com' } });
    expect(known).toMatchObject({ resource: { id: customer.id, class: 'in-sync', isInOms: true } });
    expect(JSON.stringify(known)).not.toMatch(/Visible|vera\.visible/);
    expect(known.recent[0]).toMatchObject({ outcome: 'synced', reason: 'created' });
    const plain = await connector.control('explain', { subject: { id: customer.id }, values: 'plain' });
    expect(JSON.stringify(plain)).toContain('vera.visible@example.com');
    expect(
      await refusal(connector.control('explain', { subject: { email: 'nobody@example.com' } })),
    ).toMatchObject({ kind: 'not-found' });
  }, 240_000);

  test('does not update an excluded customer until an operator includes it again', async () => {
    const customer = await shop.create(draft());
    await quietly(connector);
    const skipped = async () =>
      (await connector.control('record.list', { class: 'skipped' })).records.map(({ id }) => id);
    await connector.control('record.skip', { ids: [customer.id] });
    expect(await skipped()).toEqual([customer.id]);
    const updated = await shop.update(customer, [{ action: 'setLastName', lastName: 'Skipped' }]);
    await quietly(connector);
    expect(stored(customer.id)).toMatchObject({ lastName: 'Operated' });
    await connector.control('record.process', { ids: [customer.id] });
    await expect.poll(() => stored(customer.id)?.lastName, { timeout: 180_000 }).toBe('Skipped');
    await quietly(connector);
    expect(await skipped()).toEqual([]);
    // A deleted customer leaves the list.
    await connector.control('record.skip', { ids: [customer.id] });
    await shop.remove(updated, false);
    await quietly(connector);
    await expect.poll(skipped, { timeout: 60_000 }).toEqual([]);
  }, 240_000);

  test('leaves nothing of an erased customer except a receipt', async () => {
    const values = {
      key: 'zebulon-key',
      customerNumber: 'ZQ-4711',
      firstName: 'Zebulon',
      lastName: 'Quetzalcoatl',
      email: 'zebulon.q@example.com',
      companyName: 'Xylograph',
      externalId: 'canary-99',
    };
    const customer = await shop.create(values);
    const neighbour = await shop.create(draft());
    await quietly(connector);
    // A copy that the handler dead-letters itself, with its failure ...
    const long = `${'z'.repeat(245)}@zebulon.example.com`;
    await shop.update(customer, [{ action: 'changeEmail', email: long }]);
    await expect
      .poll(async () => (await queue('handler/customer/dead-letters'))?.ready, { timeout: 180_000 })
      .toBe(1);
    // ... and copies that AWS moves: a message of a run with its body, and unchanged notifications.
    for (const { id, ...about } of [{ ...customer, ...values }, neighbour])
      await moveToDeadLetters(id, about);

    await expect(refusal(connector.control('record.erase', { id: customer.id }))).resolves.toMatchObject({
      kind: 'conflict',
    });
    const { version } = connector.commercetools.customers().find(({ id }) => id === customer.id) ?? customer;
    await shop.remove({ ...customer, version }, true);
    await quietly(connector);
    const receiptOf = async () => (await connector.control('record.receipt', { id: customer.id })).receipt;
    await expect
      .poll(async () => (await receiptOf())?.copiesGoneAt, { timeout: 60_000 })
      .toBeTypeOf('number');
    const receipt = await receiptOf();
    expect(receipt).toMatchObject({ how: 'erased', incomplete: [] });

    const table =
      [...connector.stack.resources.values()].find(({ type }) => type === 'AWS::DynamoDB::GlobalTable')
        ?.physicalId ?? '';
    const rows = await connector.aws.gateway.call({
      service: 'dynamodb',
      operation: 'Scan',
      input: { TableName: table },
      caller: host,
    });
    const queues = await connector.aws.queueBodies();
    const places = {
      rows: JSON.stringify(rows),
      queues: JSON.stringify(queues),
      logs: connector.lambda
        .logs()
        .map(({ text }) => text)
        .join('\n'),
      fluent: JSON.stringify(connector.fluent.customers()),
    };
    for (const [place, text] of Object.entries(places))
      for (const value of [...Object.values(values), long])
        expect(text.includes(value), `${value} in ${place}`).toBe(false);
    expect(JSON.stringify(receipt)).not.toContain(customer.id);
    // The copies of the other customer are kept, ready for a redrive.
    const held = Object.values(queues).filter((bodies) => bodies.some((body) => body.includes(neighbour.id)));
    expect(held).toHaveLength(3);
    for (const bodies of held) expect(bodies.join()).not.toContain(customer.id);
  }, 240_000);

  /** Fills dead-letter queues as AWS does when it gives up: with unchanged messages. */
  async function moveToDeadLetters(id: string, about: Record<string, unknown>): Promise<void> {
    const resource = { typeId: 'customer', id };
    const run = { projectKey: 'local', resource, version: 2, kind: 'UPSERT', traceId: 'run/0/1' };
    const notification = change('ResourceUpdated', { resource, resourceUserProvidedIdentifiers: about });
    const messages: [queue: RegExp, body: object, fifo: object][] = [
      [
        /^HandlercustomerQueueDeadLettersQueue/,
        { ...run, body: about },
        { MessageGroupId: `customer/${id}`, MessageDeduplicationId: id },
      ],
      [/^IngestDeadLettersQueue/, eventBridgeEvent(notification), {}],
      [/^CommercetoolsRuleDeadLettersQueue/, eventBridgeEvent(notification), {}],
    ];
    for (const [logicalId, body, fifo] of messages) {
      const [found] = [...connector.stack.resources].filter(([name]) => logicalId.test(name));
      await connector.aws.gateway.call({
        service: 'sqs',
        operation: 'SendMessage',
        input: {
          QueueUrl: `${connector.aws.gateway.url}/${connector.aws.gateway.accountId}/${found?.[1].physicalId}`,
          MessageBody: JSON.stringify(body),
          ...fifo,
        },
        caller: host,
      });
    }
  }
});
