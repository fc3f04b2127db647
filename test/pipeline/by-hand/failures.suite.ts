import type { Customer } from '@commercetools/platform-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationOutput } from '../../../lambdas/control/api/control-api.ts';
import { editInFluent, quietly } from '../../builders/operations.ts';
import { atSource, customerId, draft, eventually, inFluent, type World } from '../world.ts';

type Groups = OperationOutput<'failure.groups'>['groups'];
type Retried = OperationOutput<'failure.retry'>;

const TOO_LONG = 'EMAIL_TOO_LONG';
const CONFLICT = 'IDENTITY_CONFLICT';
/** Customers under whose ids somebody else's record stands in Fluent. */
export const taken = [11, 12].map(customerId);
const unknown = customerId(99);

/** From the night in which they fail to the morning after: what an operator types. */
export function failuresByCause(worldOf: () => World): void {
  describe('failures', () => {
    let world: World;
    let long: Customer[];
    beforeAll(async () => {
      world = worldOf();
      for (const username of taken)
        await editInFluent(world.connector, { username, lastName: 'Stranger', create: true, markedAs: null });
    });
    afterAll(async () => void (await world.cli.run('start')));

    const groups = async (): Promise<Groups> =>
      (await world.cli.json<{ groups: Groups }>('failures')).answer.groups;
    const withCode = async (code: string) => (await groups()).find((group) => group.code === code);
    /** The name of the group, as an operator copies it from the list. */
    const nameOf = async (code: string) => (await withCode(code))?.group ?? 'NONE';
    const countOf = async (code: string) => (await withCode(code))?.count ?? 0;
    const mend = (customer: Customer) =>
      world.shop.update(atSource(world, customer.id), [
        { action: 'changeEmail', email: `mended.${customer.id}@example.com` },
      ]);
    const isThere = ({ id }: Customer) => inFluent(world, id)?.primaryEmail === `mended.${id}@example.com`;

    test('of named customers are told by the run; an id that is nowhere is reported, not tried', async () => {
      const { exitCode, answer } = await world.cli.json<OperationOutput<'run.show'>>(
        `run start ids --ids ${[...taken, unknown].join(',')} --wait`,
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

    test('of two causes are two groups, each with its number, an example and what to do', async () => {
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
        expect([...taken, ...long.map(({ id }) => id)]).toContain(exampleId);
        expect(remedy).toMatch(/\.$/);
      }
      const { out } = await world.cli.run('failures');
      expect(out).toMatch(/group +count +first seen +last seen +for example/);
      expect(out).toMatch(/Shorten the e-mail in\s+commercetools/);
      expect(out).toMatch(/connector\s+link/);
    });

    test('of a group are listed customer by customer, with no word of the person', async () => {
      const { out } = await world.cli.run(`failures ${await nameOf(TOO_LONG)}`);
      expect(long.filter(({ id }) => !out.includes(id))).toEqual([]);
      expect(taken.filter((id) => out.includes(id))).toEqual([]);
      expect(out).not.toContain('@');
      expect(await world.cli.run('failures NO_SUCH_GROUP')).toMatchObject({
        exitCode: 3,
        err: expect.stringContaining('group of failures does not exist'),
      });
    });

    test('go by themselves when the customer later succeeds', async () => {
      const [first] = long as [Customer];
      await mend(first);
      await eventually(() => countOf(TOO_LONG)).toBe(3);
      expect(isThere(first)).toBe(true);
    });

    test('are tried again by name, then by group, after a preview that changes nothing', async () => {
      // Mended while nobody listens: only a retry can bring it.
      await world.cli.run('stop');
      await quietly(world.connector);
      const [named, ...rest] = long.slice(1) as [Customer, ...Customer[]];
      for (const customer of [named, ...rest]) await mend(customer);
      expect((await world.cli.run(`retry --ids ${named.id} --wait`)).exitCode).toBe(0);
      expect(isThere(named)).toBe(true);

      const group = await nameOf(TOO_LONG);
      const preview = await world.cli.json<Retried>(`retry --group ${group} --preview`);
      expect(preview).toMatchObject({ exitCode: 0, answer: { count: 2 } });
      expect(preview.answer.run).toBeUndefined();
      expect([await countOf(TOO_LONG), ...rest.map(isThere)]).toEqual([2, false, false]);

      const retried = await world.cli.json<Retried>(`retry --group ${group} --rate 5 --wait`);
      expect(retried).toMatchObject({
        exitCode: 0,
        answer: { count: 2, run: { mode: 'retry', ratePerSecond: 5, entries: { synced: 2, failed: 0 } } },
      });
      expect(rest.filter((customer) => !isThere(customer))).toEqual([]);
      expect((await groups()).map(({ code }) => code)).toEqual([CONFLICT]);
      expect(await world.cli.run(`retry --group ${group}`)).toMatchObject({ exitCode: 3 });
    });

    test('whose cause is still there fail once more, and are counted as such', async () => {
      const group = await nameOf(CONFLICT);
      expect((await world.cli.run(`retry --group ${group} --wait`)).exitCode).toBe(1);
      const { items } = await world.connector.control('failure.items', { group });
      expect(items.map(({ id, times }) => [id, times]).sort()).toEqual(taken.map((id) => [id, 2]));
      expect(taken.map((id) => inFluent(world, id)?.lastName)).toEqual(['Stranger', 'Stranger']);
    });
  });
}
