import type { Customer } from '@commercetools/platform-sdk';
import { beforeAll, describe, expect, test } from 'vitest';
import { quietly } from '../../builders/operations.ts';
import { draft, eventually, inFluent, type World } from '../world.ts';

export function describeSingleCustomers(worldOf: () => World): void {
  describe('single customers', () => {
    let world: World;
    let customers: Customer[] = [];
    beforeAll(async () => {
      world = worldOf();
      await quietly(world.connector);
    });
    const pending = async () =>
      (await world.connector.control('status', {})).handlers.find(({ handler }) => handler === 'customer')
        ?.pending;

    test('are recorded in Prepare mode; process sends the named one, then all', async () => {
      await world.cli.run('mode prepare');
      customers = await Promise.all(Array.from({ length: 10 }, () => world.shop.create(draft())));
      await eventually(pending).toBe(10);
      const arrived = () => customers.filter(({ id }) => inFluent(world, id)).length;
      expect(arrived()).toBe(0);
      const [named] = customers;
      expect((await world.cli.run(`process ${named?.id}`)).out).toBe(
        '1 customer sent, 9 recorded ones left.\n',
      );
      await eventually(() => inFluent(world, named?.id ?? '') !== undefined).toBe(true);
      expect([arrived(), await pending()]).toEqual([1, 9]);
      await world.cli.run('mode process');
      expect((await world.cli.json('process')).answer).toEqual({ sent: 9, left: 0 });
      await eventually(arrived).toBe(10);
    });

    test('are excluded by skip; process includes them again and sends what they missed', async () => {
      const [skipped, another] = customers as [Customer, Customer];
      expect(await world.cli.run(`skip ${skipped.id}`)).toMatchObject({
        exitCode: 0,
        out: '1 customer skipped.\n',
      });
      for (const customer of [skipped, another])
        await world.shop.update(customer, [{ action: 'setFirstName', firstName: 'Changed' }]);
      await eventually(() => inFluent(world, another.id)?.firstName).toBe('Changed');
      await eventually(() => outcomesOf(world, skipped.id)).toContain('skipped');
      expect(inFluent(world, skipped.id)?.firstName).toBe('Ella');
      expect((await world.cli.run(`explain ${skipped.id}`)).out).toContain('An operator excluded it');

      expect(await world.cli.run(`process ${skipped.id}`)).toMatchObject({ exitCode: 0 });
      await eventually(() => inFluent(world, skipped.id)?.firstName).toBe('Changed');
      expect((await world.cli.run(`process ${skipped.id}`)).exitCode).toBe(3);
    });
  });
}

/** Outcomes of a customer, from the log of the customer handler. */
function outcomesOf({ connector }: World, id: string): string[] {
  return connector.lambda
    .logs()
    .map(({ text }) => text)
    .filter((text) => text.includes(id) && text.includes('"outcome"') && text.includes('"customer"'))
    .flatMap((text) => /"outcome":"(\w+)"/.exec(text)?.[1] ?? []);
}
