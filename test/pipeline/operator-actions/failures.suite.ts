import type { Customer } from '@commercetools/platform-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationOutput } from '../../../lambdas/control/api/control-api.ts';
import { editInFluent, quietly } from '../../builders/operations.ts';
import { atSource, customerId, draft, eventually, inFluent, type World } from '../world.ts';

type Groups = OperationOutput<'failure.groups'>['groups'];
type Retried = OperationOutput<'failure.retry'>;

const TOO_LONG = 'EMAIL_TOO_LONG';
const CONFLICT = 'IDENTITY_CONFLICT';
/** Ids of customers that are usernames of other records in Fluent. */
export const takenIds = [11, 12].map(customerId);
const unknown = customerId(99);

/** The commands of an operator, from the first failure until the causes are fixed. */
export function describeFailures(worldOf: () => World): void {
  describe('failures', () => {
    let world: World;
    let long: Customer[];
    beforeAll(async () => {
      world = worldOf();
      for (const username of takenIds)
        await editInFluent(world.connector, { username, lastName: 'Stranger', create: true, markedAs: null });
    });
    afterAll(async () => void (await world.cli.run('start')));

    const groups = async (): Promise<Groups> =>
      (await world.cli.json<{ groups: Groups }>('failures')).answer.groups;
    const withCode = async (code: string) => (await groups()).find((group) => group.code === code);
    /** The name of the group, as an operator copies it from the list. */
    const nameOf = async (code: string) => (await withCode(code))?.group ?? 'NONE';
    const countOf = async (code: string) => (await withCode(code))?.count ?? 0;
    const fixEmail = (customer: Customer) =>
      world.shop.update(atSource(world, customer.id), [
        { action: 'changeEmail', email: `fixed.${customer.id}@example.com` },
      ]);
    const isFixed = ({ id }: Customer) => inFluent(world, id)?.primaryEmail === `fixed.${id}@example.com`;

    test('of named customers are counted by the run; an unknown id is reported without a try', async () => {
      const { exitCode, answer } = await world.cli.json<OperationOutput<'run.show'>>(
        `run start ids --ids ${[...takenIds, unknown].join(',')} --wait`,
      );
      expect({ exitCode, ...answer }).toMatchObject({
        ...{ exitCode: 1, status: 'finished', listed: 3, planned: 2, classes: { failed: 1 } },
        entries: { failed: 2, pending: 0 },
      });
      const { answer: report } = await world.cli.json<OperationOutput<'run.report'>>(
        `run report ${answer.id}`,
      );
      expect(report.differences).toEqual([{ id: unknown, class: 'failed', code: 'NOT_AT_SOURCE' }]);
      const refused = await world.cli.run('run start ids --ids nobody');
      expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('nobody') });
    });

    test('of two causes are two groups, each with a count, an example and a remedy', async () => {
      long = await Promise.all(
        Array.from({ length: 4 }, (_, n) =>
          world.shop.create(draft({ email: `${'x'.repeat(250)}${n}@example.com` })),
        ),
      );
      await eventually(() => countOf(TOO_LONG)).toBe(4);
      const found = await groups();
      expect(found.map(({ code, count }) => [code, count]).sort()).toEqual([
        [TOO_LONG, 4],
        [CONFLICT, 2],
      ]);
      for (const { firstSeen, lastSeen, exampleId, remedy } of found) {
        expect(firstSeen).toBeLessThanOrEqual(lastSeen);
        expect([...takenIds, ...long.map(({ id }) => id)]).toContain(exampleId);
        expect(remedy).toMatch(/\.$/);
      }
      const { out } = await world.cli.run('failures');
      expect(out).toMatch(/group +count +first seen +last seen +for example/);
      expect(out).toMatch(/Shorten the e-mail in\s+commercetools/);
      expect(out).toMatch(/connector\s+link/);
    });

    test('of a group are listed customer by customer, without personal data', async () => {
      const { out } = await world.cli.run(`failures ${await nameOf(TOO_LONG)}`);
      expect(long.filter(({ id }) => !out.includes(id))).toEqual([]);
      expect(takenIds.filter((id) => out.includes(id))).toEqual([]);
      expect(out).not.toContain('@');
      expect(await world.cli.run('failures NO_SUCH_GROUP')).toMatchObject({
        exitCode: 3,
        err: expect.stringContaining('group of failures does not exist'),
      });
    });

    test('are resolved when the customer later succeeds', async () => {
      const [first] = long as [Customer];
      await fixEmail(first);
      await eventually(() => countOf(TOO_LONG)).toBe(3);
      expect(isFixed(first)).toBe(true);
    });

    test('are retried by id, then by group, after a preview that changes nothing', async () => {
      // Fixed while intake is disabled: only a retry can send the fix.
      await world.cli.run('stop');
      await quietly(world.connector);
      const [named, ...rest] = long.slice(1) as [Customer, ...Customer[]];
      for (const customer of [named, ...rest]) await fixEmail(customer);
      expect((await world.cli.run(`retry --ids ${named.id} --wait`)).exitCode).toBe(0);
      expect(isFixed(named)).toBe(true);

      const group = await nameOf(TOO_LONG);
      const preview = await world.cli.json<Retried>(`retry --group ${group} --preview`);
      expect(preview).toMatchObject({ exitCode: 0, answer: { count: 2 } });
      expect(preview.answer.run).toBeUndefined();
      expect([await countOf(TOO_LONG), ...rest.map(isFixed)]).toEqual([2, false, false]);

      const retried = await world.cli.json<Retried>(`retry --group ${group} --rate 5 --wait`);
      expect(retried).toMatchObject({
        exitCode: 0,
        answer: { count: 2, run: { mode: 'retry', ratePerSecond: 5, entries: { synced: 2, failed: 0 } } },
      });
      expect(rest.filter((customer) => !isFixed(customer))).toEqual([]);
      expect((await groups()).map(({ code }) => code)).toEqual([CONFLICT]);
      expect(await world.cli.run(`retry --group ${group}`)).toMatchObject({ exitCode: 3 });
    });

    test('whose cause remains fail once more, and count both tries', async () => {
      const group = await nameOf(CONFLICT);
      expect((await world.cli.run(`retry --group ${group} --wait`)).exitCode).toBe(1);
      const { items } = await world.connector.control('failure.items', { group });
      expect(items.map(({ id, times }) => [id, times]).sort()).toEqual(takenIds.map((id) => [id, 2]));
      expect(takenIds.map((id) => inFluent(world, id)?.lastName)).toEqual(['Stranger', 'Stranger']);
    });
  });
}
