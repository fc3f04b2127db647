import { demoProject } from '@fluent-connector/twins/commercetools';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { createShop, type Shop } from '../../local/demo/shop.ts';

const QUIET_MS = 180_000;
let count = 0;
const draft = (over: object = {}) => ({
  email: `operated.${++count}@example.com`,
  firstName: 'Vera',
  lastName: 'Canary',
  ...over,
});

describe('an operator who uses the control function on local AWS', () => {
  let connector: EmbeddedConnector;
  let shop: Shop;
  beforeAll(async () => {
    connector = await startEmbeddedConnector({ ports: { commercetools: 0, fluent: 0, aws: 0 } });
    await connector.commercetools.seed(demoProject);
    shop = createShop(connector.commercetools);
  });
  afterAll(() => connector.stop());
  beforeEach(() => {
    connector.fluent.faults.rates = {};
  });

  const quiet = async () => expect(await connector.quiet(QUIET_MS)).toBe(0);
  const inFluent = (id: string) => connector.fluent.customers().find(({ username }) => username === id);
  const create = (times: number, over: object = {}) =>
    Promise.all(Array.from({ length: times }, () => shop.create(draft(over))));
  const explained = (id: string) => connector.control('explain', { subject: { id } });
  const depthOf = async (queue: string) =>
    (await connector.control('queue.list', {})).queues.find(({ name }) => name === queue)?.ready;
  const finished = (runId: string) =>
    expect
      .poll(async () => (await connector.control('run.show', { runId })).status, { timeout: QUIET_MS })
      .toBe('finished');

  test('sees no problem in the status and in doctor', async () => {
    await create(3);
    await quiet();
    expect(await connector.control('status', {})).toMatchObject({
      stage: 'local',
      intake: { isIntakeEnabled: true },
      handlers: [{ handler: 'customer', state: 'running', mode: 'process', isConsuming: true }],
      lostEvents: { gaps: 0, repaired: 0 },
    });
    const { checks } = await connector.control('doctor', {});
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  test('explains one customer by id, e-mail and key, and shows values only as plain', async () => {
    const customer = await shop.create(draft({ key: 'crm-1', firstName: 'Wilhelmina' }));
    await quiet();
    const byId = await explained(customer.id);
    expect(byId.verdict).toBe('In sync: Fluent holds version 1.');
    expect(byId.recent).toMatchObject([{ outcome: 'synced', version: 1 }]);
    expect(JSON.stringify(byId)).not.toContain('Wilhelmina');
    expect(await connector.control('explain', { subject: { email: customer.email } })).toEqual(byId);
    expect(await connector.control('explain', { subject: { key: 'crm-1' } })).toEqual(byId);
    const plain = await connector.control('explain', { subject: { key: 'crm-1' }, values: 'plain' });
    expect(JSON.stringify(plain)).toContain('Wilhelmina');
  });

  test('plans a run, and the run then takes exactly the planned customers', async () => {
    await create(3);
    await quiet();
    const plan = await connector.control('run.plan', { mode: 'full' });
    expect(plan).toMatchObject({ pages: 1, commercetoolsQueries: 1, obstacles: [] });
    const { id: runId } = await connector.control('run.start', { mode: 'full' });
    const busy = await connector.control('run.plan', { mode: 'full' });
    expect(busy.obstacles).toEqual([expect.stringContaining(runId)]);
    await expect(connector.control('run.start', { mode: 'full' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'RUN_BUSY',
    });
    await finished(runId);
    const { listed, planned, entries } = await connector.control('run.show', { runId });
    expect([listed, planned]).toEqual([plan.customers, plan.customers]);
    expect(entries).toMatchObject({ pending: 0, failed: 0 });
  });

  test('retries two of three failures by id, which removes their dead letters, and redrives the third', async () => {
    const failed = await Promise.all(
      Array.from({ length: 3 }, () =>
        shop.create(draft({ email: `${'x'.repeat(300)}${++count}@example.com` })),
      ),
    );
    await quiet();
    const deadLetters = 'handler/customer/dead-letters';
    expect(await depthOf(deadLetters)).toBe(3);
    expect((await explained(failed[0]?.id ?? '')).verdict).toContain('Version 1 failed with');
    await connector.control('intake.stop', {});
    // Waits for a caretaker pass that read the setting before the stop.
    await quiet();
    for (const customer of failed)
      await shop.update(customer, [{ action: 'changeEmail', email: `short.${++count}@example.com` }]);
    await connector.commercetools.settled();
    const retriedIds = failed.slice(0, 2).map(({ id }) => id);
    const { count: retried, run } = await connector.control('failure.retry', { ids: retriedIds });
    expect(retried).toBe(2);
    await finished(run?.id ?? '');
    expect(retriedIds.every((id) => inFluent(id))).toBe(true);
    expect(await depthOf(deadLetters)).toBe(1);
    expect(await connector.control('queue.redrive', { queue: deadLetters })).toEqual({ messages: 1 });
    await quiet();
    expect(failed.every(({ id }) => inFluent(id))).toBe(true);
    expect(await connector.control('failure.groups', {})).toEqual({ groups: [] });
    await finished((await connector.control('intake.start', {})).catchUpRunIds[0] ?? '');
  });

  test('restarts a queue, and its handler consumes again', async () => {
    expect(await connector.control('queue.restart', {})).toEqual({ done: true });
    const [customer] = await create(1);
    await quiet();
    expect(inFluent(customer?.id ?? '')).toBeDefined();
  });

  test('changes a schedule, and the caretaker follows it', async () => {
    const set = { name: 'reconcile', enabled: true, everyMinutes: 60 } as const;
    const nextAt = new Date(Date.now() + 2_000).toISOString();
    expect(await connector.control('schedule.set', { ...set, nextAt })).toMatchObject({ enabled: true });
    const lastRun = async () => {
      await connector.tickCaretaker();
      const { schedules } = await connector.control('schedule.list', {});
      return schedules.find(({ name }) => name === 'reconcile')?.lastRunId;
    };
    await expect.poll(lastRun, { timeout: QUIET_MS, interval: 1_000 }).toBeDefined();
    await connector.control('schedule.set', { name: 'reconcile', enabled: false });
    await quiet();
  });

  test('shows, checks, creates and deletes the subscription', async () => {
    const { key, sourceState } = await connector.control('subscription.show', {});
    expect(sourceState).toBe('ACTIVE');
    expect(await connector.control('subscription.health', {})).toMatchObject({ status: 'Healthy' });
    await expect(connector.control('subscription.delete', { confirm: 'another' })).rejects.toMatchObject({
      code: 'NOT_CONFIRMED',
    });
    expect(await connector.control('subscription.create', {})).toEqual({ done: true });
    await connector.control('subscription.delete', { confirm: key });
    expect(await connector.control('subscription.show', {})).toMatchObject({ exists: false });
    const { checks } = await connector.control('doctor', {});
    expect(checks.filter(({ status }) => status === 'problem')[0]?.fix).toContain(
      'another commercetools.subscriptionKey',
    );
    // Creating it again succeeds; the note reports at once that its event source has no bus.
    expect(await connector.control('subscription.create', {})).toMatchObject({
      note: expect.stringContaining('PENDING'),
    });
  });

  test('leaves audit lines that contain no value of a customer', async () => {
    const lines = connector.lambda
      .logs()
      .map(({ text }) => text)
      .filter((text) => text.includes('"message":"action"'));
    expect(lines.some((line) => line.includes('"operation":"explain"') && line.includes('"plain"'))).toBe(
      true,
    );
    expect(lines.filter((line) => /example\.com|Wilhelmina|crm-1/.test(line))).toEqual([]);
  });
});
