import { beforeAll, describe, expect, test } from 'vitest';
import type { OperationOutput } from '../../../lambdas/control/api/control-api.ts';
import { draft, eventually, inFluent, type World } from '../world.ts';

/** Each handler has its own queue, function, sync records and switches. */
export function describeSecondHandler(worldOf: () => World): void {
  describe('a second handler', () => {
    let world: World;
    beforeAll(() => {
      world = worldOf();
    });
    const statusOf = async (handler: string) => {
      const { answer } = await world.cli.json<OperationOutput<'status'>>('status');
      return answer.handlers.find((one) => one.handler === handler);
    };

    test('processes every change too; while it is paused, only its own messages wait, and its runs are refused', async () => {
      expect((await world.cli.run('pause loyalty')).exitCode).toBe(0);
      const { id } = await world.shop.create(draft({ firstName: 'Mia' }));
      await eventually(() => inFluent(world, id)?.firstName).toBe('Mia');
      await eventually(async () => {
        const { queues } = await world.connector.control('queue.list', {});
        const { ready = 0, delayed = 0 } = queues.find(({ name }) => name === 'handler/loyalty') ?? {};
        return ready + delayed;
      }).toBe(1);
      expect(await statusOf('loyalty')).toMatchObject({ state: 'paused', isConsuming: false });
      expect(await statusOf('customer')).toMatchObject({ state: 'running', isConsuming: true });
      const refused = await world.cli.run('run start full --handler loyalty');
      expect(refused).toMatchObject({ exitCode: 4, err: expect.stringContaining('connector resume') });
      expect(inFluent(world, `loyalty-${id}`)).toBeUndefined();

      expect((await world.cli.run('resume loyalty')).exitCode).toBe(0);
      await eventually(() => inFluent(world, `loyalty-${id}`)?.firstName).toBe('Mia');
      const { out } = await world.cli.run(`explain ${id} --handler loyalty --plain`);
      expect(out).toContain('In sync: Fluent holds version 1.');
      expect(out).toContain(`loyalty-${id}`);
    });

    test('is shown under its own name in run lists, in errors and in doctor', async () => {
      expect(
        (await world.cli.run('run start reconcile --compare oms --handler loyalty --wait')).exitCode,
      ).toBe(0);
      const { answer: list } = await world.cli.json<OperationOutput<'run.list'>>(
        'run list --handler loyalty',
      );
      expect(list.runs.every(({ handler }) => handler === 'loyalty')).toBe(true);
      expect((await world.cli.run('pause loyalti')).err).toContain('customer, loyalty');
      expect((await world.cli.run('doctor')).out).toContain('Fluent: handler "loyalty" can log in');
    });
  });
}
