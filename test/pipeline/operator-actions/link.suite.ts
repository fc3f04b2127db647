import { beforeAll, describe, expect, test } from 'vitest';
import type { OperationOutput } from '../../../lambdas/control/api/control-api.ts';
import { editInFluent } from '../../builders/operations.ts';
import { atSource, eventually, inFluent, type World } from '../world.ts';
import { takenIds } from './failures.suite.ts';

const [linked = '', other = ''] = takenIds;
/** Username of the customer's record in Fluent, which is older than the connector. */
const legacy = 'shop-till-0815';

/** Runs after the failures: the ids of two customers are usernames of other records in Fluent. */
export function describeLinkedCustomers(worldOf: () => World): void {
  describe('a customer that has another username in Fluent', () => {
    let world: World;
    beforeAll(async () => {
      world = worldOf();
      await editInFluent(world.connector, {
        ...{ username: legacy, lastName: 'Legacy', create: true, markedAs: null },
      });
    });
    /** Usernames of the records that are marked as this customer. */
    const recordsOf = (id: string) =>
      world.connector.fluent.customers().flatMap(({ username, attributes }) => {
        const mark = attributes.find(({ name }) => name === 'commercetoolsId')?.value;
        return mark === id ? [username] : [];
      });
    const explained = async (id: string) =>
      (await world.cli.json<OperationOutput<'explain'>>(`explain ${id} --plain`)).answer;

    test('is written to its record once it is linked, and no second record is created', async () => {
      expect((await explained(linked)).verdict).toContain('IDENTITY_CONFLICT');
      expect(recordsOf(linked)).toEqual([]);
      const { exitCode, out } = await world.cli.run(`link ${linked} ${legacy}`);
      expect({ exitCode, out }).toEqual({ exitCode: 0, out: 'The customer is written there now.\n' });
      await eventually(() => inFluent(world, legacy)?.firstName).toBe('Tom');
      await world.shop.update(atSource(world, linked), [{ action: 'setFirstName', firstName: 'Thomas' }]);
      await eventually(() => inFluent(world, legacy)?.firstName).toBe('Thomas');
      expect(recordsOf(linked)).toEqual([legacy]);
      expect(inFluent(world, linked)).toMatchObject({ lastName: 'Stranger', firstName: 'Orphan' });
    });

    test('is explained as linked, and its failure is resolved', async () => {
      await eventually(async () => (await explained(linked)).resource.class).toBe('in-sync');
      expect(await explained(linked)).toMatchObject({
        resource: { isInOms: true, ref: legacy, fields: [] },
        record: { isLinked: true },
      });
      const { groups } = await world.connector.control('failure.groups', {});
      expect(groups).toMatchObject([{ code: 'IDENTITY_CONFLICT', count: 1, exampleId: other }]);
    });

    test('cannot be linked to the record of another customer, nor to one that does not exist', async () => {
      expect(await world.cli.run(`link ${other} ${legacy}`)).toMatchObject({
        exitCode: 4,
        err: expect.stringContaining(linked),
      });
      expect(await world.cli.run(`link ${other} no-such-name`)).toMatchObject({
        exitCode: 3,
        err: expect.stringContaining('no customer with this username'),
      });
      const refusal = (username: string) => world.connector.control('record.link', { id: other, username });
      await expect(refusal(legacy)).rejects.toMatchObject({ code: 'REF_TAKEN' });
      await expect(refusal('no-such-name')).rejects.toMatchObject({ code: 'REF_UNKNOWN' });
      expect((await explained(other)).record).toMatchObject({ isLinked: false });
    });

    test('is erased in its record, and the record whose username is its id stays unchanged', async () => {
      await world.shop.remove(atSource(world, linked), true);
      await eventually(() => inFluent(world, legacy)?.firstName).toBe('Deleted');
      const record = JSON.stringify(inFluent(world, legacy));
      for (const value of ['Thomas', 'Tom', 'Legacy', 'taken.0@example.com', 'orphan@example.com'])
        expect(record).not.toContain(value);
      expect(inFluent(world, linked)).toMatchObject({ lastName: 'Stranger', firstName: 'Orphan' });
      const receipt = async () => (await world.connector.control('record.receipt', { id: linked })).receipt;
      await eventually(receipt).toMatchObject({ how: 'erased', incomplete: [] });
    });
  });
}
