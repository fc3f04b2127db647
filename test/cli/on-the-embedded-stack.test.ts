import { demoProject } from '@fluent-connector/twins/commercetools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFluentWriter } from '../../lambdas/adapters/fluent/graphql-fluent-writer.ts';
import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { createShop, type Shop } from '../../local/demo/shop.ts';
import { connector as cli } from './recorded-shell.ts';

const CUSTOMERS = 12;
const QUIET_MS = 180_000;
const id = (n: number) => `3f1d2c9a-5b7e-4a10-9c1d-0000000000${String(n).padStart(2, '0')}`;

describe('the command line with an embedded connector', () => {
  let connector: EmbeddedConnector;
  let shop: Shop;
  beforeAll(async () => {
    connector = await startEmbeddedConnector({ ports: { commercetools: 0, fluent: 0, aws: 0 } });
    await connector.commercetools.seed(demoProject);
    // Customers from before the connector existed: there are no notifications of them.
    await connector.commercetools.seed({
      customers: Array.from({ length: CUSTOMERS }, (_, n) => ({
        id: id(n),
        email: `person.${n}@example.com`,
        firstName: 'Vera',
        lastName: `Canary${n}`,
        key: `person-${n}`,
      })),
    });
    shop = createShop(connector.commercetools);
  });
  afterAll(() => connector?.stop());

  const run = (line: string) => {
    const port = String(Number(new URL(connector.aws.gateway.url).port) - 2);
    return cli([...line.split(' '), '--local', '--port', port], { isAwake: true });
  };
  const answer = async <T>(line: string) => {
    const { exitCode, json, err } = await run(`${line} --json`);
    return { exitCode, err, answer: json() as T };
  };
  const quiet = async () => expect(await connector.quiet(QUIET_MS)).toBe(0);
  const customer = (n: number) => {
    const found = connector.commercetools.customers().find((each) => each.id === id(n));
    if (!found) throw new Error(`no customer ${n}`);
    return found;
  };
  const inFluent = (n: number) => connector.fluent.customers().find(({ username }) => username === id(n));

  test('a full run is estimated, started and watched, and its result is the exit code', async () => {
    const plan = await answer<OperationOutput<'run.plan'>>('run plan full');
    const seeded = connector.commercetools.customers().length;
    expect(plan).toMatchObject({ exitCode: 0, answer: { customers: seeded, obstacles: [] } });
    expect(connector.fluent.customers()).toEqual([]);
    const { exitCode, out, err } = await run('run start full --wait');
    expect({ exitCode, err }).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining(`100 %  ${seeded} of ${seeded}`),
    });
    expect(out).toContain(`${seeded} synced`);
    expect(connector.fluent.customers()).toHaveLength(seeded);
  });
  test('status, queues, schedules and the subscription are shown', async () => {
    const status = await run('status');
    expect(status.exitCode).toBe(0);
    expect(status.out).toMatch(/Handler customer: running\n/);
    expect(status.out).toMatch(/last full +finished/);
    for (const line of [
      'queues',
      'schedules',
      'subscription show',
      'subscription health',
      'failures',
      'run list',
    ]) {
      expect({ line, ...(await run(line)) }).toMatchObject({ line, exitCode: 0, err: '' });
    }
  });
  test('explain masks, by id, e-mail and key; --plain does not', async () => {
    for (const subject of [id(1), 'person.1@example.com', 'person-1']) {
      const { exitCode, out } = await run(`explain ${subject}`);
      expect({ subject, exitCode }).toEqual({ subject, exitCode: 0 });
      expect(out).toContain(`Customer ${id(1)}`);
      expect(out).not.toMatch(/Canary1|person\.1@/);
    }
    expect((await run(`explain ${id(1)} --plain`)).out).toContain('Canary1');
    expect((await run('explain nobody@example.com')).exitCode).toBe(3);
  });
  test('reconcile finds a manual change in Fluent, and repairs it with --repair', async () => {
    const fluent = createFluentWriter({
      connection: connector.fluent.connection(),
      clock: Date.now,
      timeoutMs: 5_000,
      tokens: new TokenCache(Date.now),
      signal: new AbortController().signal,
    });
    await fluent.update({ username: id(2), lastName: 'Edited', attributes: [] });
    const found = await run('reconcile --compare oms --csv -');
    expect(found.exitCode).toBe(10);
    expect(found.out.split('\r\n').slice(1, -1)).toEqual([
      expect.stringContaining(`${id(2)},edited,1,1,lastName (oms)`),
    ]);
    expect((await run('reconcile --compare oms --repair edited')).exitCode).toBe(0);
    expect(inFluent(2)?.lastName).toBe('Canary2');
    expect((await run('reconcile --compare oms')).exitCode).toBe(0);
  });
  test('pause holds changes in the queue, resume syncs them', async () => {
    expect((await run('pause')).out).toContain('Handler customer: paused');
    await shop.update(customer(3), [{ action: 'setFirstName', firstName: 'Paused' }]);
    const refused = await run('run start full');
    expect(refused).toMatchObject({ exitCode: 4, err: expect.stringContaining('connector resume') });
    expect((await run('resume')).exitCode).toBe(0);
    await quiet();
    expect(inFluent(3)?.firstName).toBe('Paused');
  });
  test('in prepare mode nothing is sent until process', async () => {
    await run('mode prepare');
    await shop.update(customer(4), [{ action: 'setFirstName', firstName: 'Prepared' }]);
    await quiet();
    expect(inFluent(4)?.firstName).toBe('Vera');
    expect((await run('status')).out).toContain('1 change, sent by "connector process"');
    await run('mode process');
    expect((await answer('process')).answer).toEqual({ sent: 1, left: 0 });
    await quiet();
    expect(inFluent(4)?.firstName).toBe('Prepared');
  });
  test('a failure is listed by its cause, and resolved by a retry after the fix', async () => {
    const email = `${'x'.repeat(245)}@example.com`;
    const created = await shop.create({ email, firstName: 'Long' });
    await quiet();
    const { answer: list } = await answer<OperationOutput<'failure.groups'>>('failures');
    expect(list.groups).toMatchObject([{ count: 1, exampleId: created.id }]);
    const group = list.groups[0]?.group ?? '';
    expect((await run(`failures ${group}`)).out).toContain(created.id);
    expect((await answer(`retry --group ${group} --preview`)).answer).toMatchObject({ count: 1 });
    expect((await run(`retry --group ${group} --wait`)).exitCode).toBe(1);
    await shop.update(created, [{ action: 'changeEmail', email: 'short@example.com' }]);
    await quiet();
    expect((await run('failures')).out).toBe('No failures.\n');
  });
  test('an erasure prints its receipt', async () => {
    const refused = await run(`erase ${id(5)} --yes`);
    expect(refused.exitCode).toBe(4);
    const answered = answer<{ receipt: object }>(`erase ${id(5)} --yes --even-if-present`);
    const receipt = async () => (await connector.control('record.receipt', { id: id(5) })).receipt;
    await expect.poll(receipt, { timeout: 180_000 }).toBeDefined();
    await quiet();
    await connector.tickCaretaker();
    const { exitCode, answer: erased } = await answered;
    expect({ exitCode, receipt: erased.receipt }).toMatchObject({
      exitCode: 0,
      receipt: { how: 'erased', incomplete: [], copiesGoneAt: expect.any(Number) },
    });
    expect(inFluent(5)?.lastName).not.toBe('Canary5');
  });
  test('tail shows outcomes and the actions of operators', async () => {
    const { exitCode, out } = await run('tail --since 1h');
    expect(exitCode).toBe(0);
    expect(out).toContain('synced: ');
    expect(out).toMatch(/jane handler\.pause .*: done/);
    expect(out).toContain(`${id(4)} v2    recorded until "connector process"`);
    expect(out).not.toMatch(/example\.com|Canary/);
    // Read-only operations need --all, and a refused command is not a failure.
    expect(out).not.toMatch(/jane (status|run\.show|queue\.list)/);
    expect((await run('tail --since 1h --all')).out).toMatch(/jane run\.show .*: done/);
    expect((await run('tail --since 1h --failed')).out).not.toContain('jane ');
    const one = await run(`tail --since 1h --id ${id(4)}`);
    expect(
      one.out
        .trim()
        .split('\n')
        .every((line) => line.includes(id(4))),
    ).toBe(true);
    const failed = await run('tail --since 1h --failed --json');
    expect(
      failed.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)).length,
    ).toBeGreaterThan(0);
  });
  test('status counts what was received, from the metrics', async () => {
    const { answer: status } = await answer<OperationOutput<'status'>>('status');
    expect(status.lostEvents?.received).toBeGreaterThan(0);
  });
  test('doctor finds no problem in the connector', async () => {
    const { answer: found, exitCode } = await answer<OperationOutput<'doctor'>>('doctor');
    const problems = found.checks.filter(
      ({ status, check }) => status === 'problem' && !/^Dead-letter queue/.test(check),
    );
    expect(problems).toEqual([]);
    // The failure above left a message in the dead-letter queue.
    expect(exitCode).toBe(found.checks.some(({ status }) => status === 'problem') ? 1 : 0);
  });
  test('unknown objects and invalid times have their own exit codes', async () => {
    expect((await run('redrive nothing')).exitCode).toBe(3);
    expect((await run('run show 019ab000-0000-7000-8000-000000000001')).exitCode).toBe(3);
    expect((await run('pause other')).exitCode).toBe(3);
    expect((await run('run start full --from 2999-01-01')).exitCode).toBe(2);
  });
});
