import { CustomerGenerator, demoProject } from '@fluent-connector/twins/commercetools';
import { createRandom } from '@fluent-connector/twins/random';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { createShop, type Shop } from '../../local/demo/shop.ts';
import { editInFluent, finishedRun, quietly, refusal } from '../builders/operations.ts';

/** Three pages of a run. */
const MANY = 1_234;

describe('runs on local AWS', () => {
  let connector: EmbeddedConnector;
  let shop: Shop;
  beforeAll(async () => {
    connector = await startEmbeddedConnector({
      ports: { commercetools: 0, fluent: 0, aws: 0 },
      caretakerEveryMs: 1_000,
    });
    await connector.commercetools.seed(demoProject);
    shop = createShop(connector.commercetools);
    await connector.commercetools.seed({ customers: new CustomerGenerator(createRandom(7)).take(MANY) });
  });
  afterAll(() => connector.stop());

  const queries = () => connector.commercetools.requests()['GET /customers'] ?? 0;
  const gets = () => connector.commercetools.requests()['GET /customers/{id}'] ?? 0;
  const stored = (id: string) => connector.fluent.customers().find(({ username }) => username === id);

  test('a plan reports what a run would do, without a call to Fluent', async () => {
    const before = connector.fluent.calls();
    const plan = await connector.control('run.plan', { mode: 'full' });
    expect(plan).toMatchObject({ customers: MANY, pages: 3, commercetoolsQueries: 3, obstacles: [] });
    expect(plan.dollars.most).toBeGreaterThan(0);
    expect(connector.fluent.calls()).toEqual(before);
  });

  test('the first run is full whatever mode was requested: 3 list queries, no single GET, every customer synced', async () => {
    const before = { queries: queries(), gets: gets() };
    const run = await finishedRun(connector, { mode: 'incremental' });
    expect(run).toMatchObject({
      mode: 'full',
      reason: 'first',
      status: 'finished',
      listed: MANY,
      planned: MANY,
    });
    expect(run.entries).toMatchObject({ synced: MANY, pending: 0, failed: 0 });
    expect(connector.fluent.customers()).toHaveLength(MANY);
    expect({ queries: queries() - before.queries, gets: gets() - before.gets }).toEqual({
      queries: 3,
      gets: 0,
    });
  }, 240_000);

  test('a repeated full run costs no call to Fluent', async () => {
    const { lookup, create, update } = connector.fluent.calls();
    const run = await finishedRun(connector, { mode: 'full' });
    expect(run.entries).toMatchObject({ synced: 0, pending: 0, failed: 0 });
    expect(connector.fluent.calls()).toMatchObject({ lookup, create, update });
  }, 240_000);

  test('a run continues after a crash at any page: no customer is skipped, none is written twice', async () => {
    const writes = connector.fluent.writes().length;
    const started = await connector.control('run.start', { mode: 'full', options: { force: true } });
    const feeder = connector.lambda
      .functions()
      .find(({ functionName }) => /RunsFeeder/i.test(functionName))?.functionName;
    for (let kill = 0; kill < 6; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await connector.lambda.killWorkers(feeder ?? '');
    }
    const run = await finishedRun(connector, started.id);
    expect(run.entries).toMatchObject({ synced: MANY, pending: 0, failed: 0 });
    const written = connector.fluent
      .writes()
      .slice(writes)
      .map(({ username }) => username);
    expect(new Set(written).size).toBe(MANY);
    expect(written).toHaveLength(MANY);
  }, 240_000);

  test('a change at the source reaches Fluent while a run is in progress', async () => {
    const started = await connector.control('run.start', {
      mode: 'full',
      options: { force: true },
      ratePerSecond: 100,
    });
    const [customer] = connector.commercetools.customers();
    await shop.update(customer as never, [{ action: 'setLastName', lastName: 'During-The-Run' }]);
    await expect
      .poll(() => stored(customer?.id ?? '')?.lastName, { timeout: 180_000 })
      .toBe('During-The-Run');
    expect(await connector.control('run.show', { runId: started.id })).toMatchObject({ status: 'running' });
    await connector.control('run.throttle', { runId: started.id });
    await finishedRun(connector, started.id);
  }, 240_000);

  test('a run is paused, shown, resumed and cancelled; a second one is refused while it is open', async () => {
    const started = await connector.control('run.start', { mode: 'full', ratePerSecond: 20 });
    expect(await refusal(connector.control('run.start', { mode: 'full' }))).toMatchObject({
      kind: 'conflict',
      code: 'RUN_BUSY',
      message: expect.stringContaining(started.id),
    });
    expect(await connector.control('run.pause', { runId: started.id })).toMatchObject({ status: 'paused' });
    expect(await connector.control('run.resume', { runId: started.id })).toMatchObject({ status: 'running' });
    expect(await connector.control('run.cancel', { runId: started.id })).toMatchObject({
      status: 'cancelled',
    });
    expect(await refusal(connector.control('run.resume', { runId: started.id }))).toMatchObject({
      kind: 'conflict',
    });
    await quietly(connector);
  }, 240_000);

  test('an incremental run plans only the customers that changed since the last success', async () => {
    await connector.control('intake.stop', {});
    // Waits for a caretaker pass that read the setting before the stop.
    await quietly(connector);
    const seven = connector.commercetools.customers().slice(10, 17);
    for (const customer of seven)
      await shop.update(customer as never, [{ action: 'setLastName', lastName: 'Incremental' }]);
    const run = await finishedRun(connector, { mode: 'incremental' });
    expect(run).toMatchObject({ mode: 'incremental', planned: 7 });
    for (const { id } of seven) expect(stored(id)).toMatchObject({ lastName: 'Incremental' });
    await connector.control('intake.start', {});
    await quietly(connector);
  }, 240_000);

  test('a reconcile reports exactly what differs, and repairs only the requested classes', async () => {
    await connector.control('intake.stop', {});
    // Waits for a caretaker pass that read the setting before the stop.
    await quietly(connector);
    const missing: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const { id } = await shop.create({ email: `missing-${index}@example.com`, lastName: 'Missing' });
      missing.push(id);
    }
    const stale = connector.commercetools.customers().slice(20, 22);
    for (const customer of stale)
      await shop.update(customer as never, [{ action: 'setLastName', lastName: 'Newer' }]);
    const [edited] = connector.commercetools.customers().slice(30, 31);
    await editInFluent(connector, { username: edited?.id ?? '', lastName: 'By-Hand' });
    const orphan = '00000000-0000-4000-8000-00000000dead';
    await editInFluent(connector, { create: true, username: orphan, lastName: 'Orphan' });

    const run = await finishedRun(connector, { mode: 'reconcile', options: { compare: 'oms' } });
    expect(run.classes).toMatchObject({ missing: 3, 'source-ahead': 2, orphan: 1, edited: 1 });
    const { differences } = await connector.control('run.report', { runId: run.id });
    const idsOf = (name: string) =>
      differences
        .filter((one) => one.class === name)
        .map(({ id }) => id)
        .sort();
    expect(idsOf('missing')).toEqual(missing.sort());
    expect(idsOf('source-ahead')).toEqual(stale.map(({ id }) => id).sort());
    expect(idsOf('edited')).toEqual([edited?.id]);
    expect(idsOf('orphan')).toEqual([orphan]);
    expect(differences.find((one) => one.class === 'edited')?.fields).toEqual([
      { field: 'lastName', changed: 'oms' },
    ]);
    expect(differences).toHaveLength(7);
    expect(stored(missing[0] ?? '')).toBeUndefined();

    const repair = await finishedRun(connector, {
      mode: 'reconcile',
      options: { compare: 'oms', repair: ['missing', 'source-ahead'] },
    });
    expect(repair.entries).toMatchObject({ synced: 5 });
    for (const id of missing) expect(stored(id)).toMatchObject({ lastName: 'Missing' });
    for (const { id } of stale) expect(stored(id)).toMatchObject({ lastName: 'Newer' });
    expect(stored(edited?.id ?? '')).toMatchObject({ lastName: 'By-Hand' });
    expect(stored(orphan)).toMatchObject({ lastName: 'Orphan' });
    await finishedRun(connector, { mode: 'reconcile', options: { compare: 'oms', repair: ['edited'] } });
    expect(stored(edited?.id ?? '')?.lastName).not.toBe('By-Hand');
    await connector.control('intake.start', {});
    await quietly(connector);
  }, 240_000);

  test('a sweep finds deletes whose notification was lost, first as a dry run', async () => {
    connector.commercetools.faults.delivery.rates = { drop: 1 };
    const deleted = connector.commercetools.customers().slice(40, 42);
    for (const customer of deleted) await shop.remove(customer as never, false);
    connector.commercetools.faults.delivery.rates = {};
    const dry = await finishedRun(connector, { mode: 'sweep', options: { dryRun: true } });
    expect(dry.planned).toBe(0);
    const { differences } = await connector.control('run.report', { runId: dry.id });
    expect(differences.map(({ id }) => id).sort()).toEqual(deleted.map(({ id }) => id).sort());
    const run = await finishedRun(connector, { mode: 'sweep' });
    expect(run.entries).toMatchObject({ deleted: 2 });
  }, 240_000);

  const invalid: [string, object, object][] = [
    ['an unknown mode', { mode: 'everything' }, { kind: 'invalid' }],
    [
      'a window in the future',
      { mode: 'incremental', options: { from: '2999-01-01T00:00:00Z' } },
      { code: 'WINDOW_IN_FUTURE' },
    ],
    [
      'an empty window',
      { mode: 'full', options: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
      { code: 'WINDOW_EMPTY' },
    ],
    [
      'a class that cannot be repaired',
      { mode: 'reconcile', options: { repair: ['orphan'] } },
      { kind: 'invalid' },
    ],
    ['an unknown handler', { handler: 'nobody', mode: 'full' }, { code: 'HANDLER_UNKNOWN' }],
    ['a malformed id', { mode: 'ids', options: { ids: ["' or 1=1"] } }, { kind: 'invalid' }],
  ];
  test.each(invalid)('%s is refused, and no run is started', async (_, request, expected) => {
    const { runs: before } = await connector.control('run.list', {});
    expect(await refusal(connector.control('run.start', request as never))).toMatchObject(expected);
    expect((await connector.control('run.list', {})).runs).toEqual(before);
  });

  test('a run against a paused handler is refused', async () => {
    await connector.control('handler.pause', {});
    expect(await refusal(connector.control('run.start', { mode: 'full' }))).toMatchObject({
      kind: 'conflict',
      code: 'HANDLER_PAUSED',
    });
    await connector.control('handler.resume', {});
  });
});
