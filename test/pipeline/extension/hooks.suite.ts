import { host } from '@fluent-connector/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { runsKey } from '../../../lambdas/adapters/aws/table-keys.ts';
import type { OperationOutput } from '../../../lambdas/control/api/control-api.ts';
import { editInFluent, finishedRun } from '../../builders/operations.ts';
import { canaryId, customerId, eventually, inFluent, tableNameOf, type World } from '../world.ts';

type Shown = OperationOutput<'run.show'>;

/** The loyalty handler has both hooks, and writes a record of each call to Fluent. */
export function describeRunHooks(worldOf: () => World): void {
  describe('hooks', () => {
    let world: World;
    beforeAll(async () => {
      world = worldOf();
      const club = { username: 'loyalty-club', lastName: 'open' };
      await editInFluent(world.connector, { ...club, create: true, markedAs: null });
    });

    const setClub = (lastName: string) =>
      editInFluent(world.connector, { username: 'loyalty-club', lastName });
    const show = (runId: string): Promise<Shown> => world.connector.control('run.show', { runId });
    /** Usernames written from now on, in order, without the canary and the club. */
    function watchWrites(): () => string[] {
      const { fluent } = world.connector;
      const before = fluent.writes().length;
      const foreign = ['loyalty-club', canaryId, `loyalty-${canaryId}`];
      return () =>
        fluent
          .writes()
          .slice(before)
          .map(({ username }) => username)
          .filter((username) => !foreign.includes(username));
    }

    test.each([
      ['customer', ''],
      ['loyalty', 'loyalty-'],
    ])('are called once each, before and after all writes of a run of %s', async (handler, prefix) => {
      const writes = watchWrites();
      const line = `run start full --handler ${handler} --wait`;
      const { exitCode, answer } = await world.cli.json<Shown>(line);
      expect({ exitCode, ...answer }).toMatchObject({ exitCode: 0, status: 'finished', planned: 4 });
      const { id, entries, waitsFor } = answer;
      const written = writes();
      expect([written.at(0), written.at(-1)]).toEqual([`run.started/${id}`, `run.ended/${id}`]);
      expect(written.slice(1, -1).sort()).toEqual([1, 2, 3].map((n) => prefix + customerId(n)));
      expect(inFluent(world, `run.ended/${id}`)?.firstName).toBe(`synced ${entries.synced}`);
      expect(waitsFor).toBeUndefined();
    });

    test('hold the run while they are refused; it reports what it waits for, and continues when they are accepted', async () => {
      const writes = watchWrites();
      await setClub('closed to run.started');
      const { id } = await world.connector.control('run.start', { mode: 'full', options: { force: true } });
      const waitsFor = async () => {
        const { status, planned, entries, waitsFor: names } = await show(id);
        return { status, planned, pending: entries.pending, names };
      };
      const held = { status: 'preparing', planned: 0, pending: 0, names: ['run.started of loyalty'] };
      await eventually(() => refusals(world, id)).toBeGreaterThan(0);
      expect(await waitsFor()).toEqual(held);
      const { out } = await world.cli.run(`run show ${id}`);
      expect(out).toContain(`full run ${id}: preparing`);
      expect(out).toMatch(/waits for +run\.started of loyalty\n/);
      expect(writes()).toEqual([]);

      await setClub('closed to run.ended');
      await eventually(waitsFor).toEqual({
        status: 'running',
        planned: 4,
        pending: 0,
        names: ['run.ended of loyalty'],
      });
      await setClub('open');
      expect(await finishedRun(world.connector, id)).toMatchObject({ status: 'finished' });
      const written = writes();
      expect(written.filter((username) => username.startsWith('run.'))).toEqual([
        `run.started/${id}`,
        `run.ended/${id}`,
      ]);
      expect([written.at(0), written.at(-1)]).toEqual([`run.started/${id}`, `run.ended/${id}`]);
    });

    test('fail a run after an hour of refusals, before it has written anything, and the next run starts', async () => {
      const writes = watchWrites();
      await setClub('closed to run.started');
      const { id } = await world.connector.control('run.start', { mode: 'full' });
      await eventually(() => refusals(world, id)).toBeGreaterThan(0);
      expect(await show(id)).toMatchObject({ status: 'preparing' });
      await makeOlder(world, id);
      const { exitCode, answer } = await world.cli.json<Shown>(`run show ${id} --wait`);
      expect({ exitCode, ...answer }).toMatchObject({
        ...{ exitCode: 1, status: 'failed', reason: 'HOOK_FAILED', planned: 0 },
      });
      expect(writes()).toEqual([]);
      await setClub('open');
      expect((await world.cli.run('run start full --wait')).exitCode).toBe(0);
    });
  });
}

/** Log lines of the run feeder that name the refusing handler and the code. */
function refusals({ connector }: World, runId: string): number {
  return connector.lambda
    .logs()
    .filter(
      ({ text }) => text.includes(`run ${runId}, run.started of loyalty`) && text.includes('CLUB_CLOSED'),
    ).length;
}

/** Moves the start of the run an hour and a second into the past. */
async function makeOlder(world: World, runId: string): Promise<void> {
  const { aws, config } = world.connector;
  const input = {
    TableName: tableNameOf(world),
    Key: { pk: { S: runsKey(config.commercetools.projectKey) }, sk: { S: runId } },
    UpdateExpression: 'ADD createdAt :earlier',
    ExpressionAttributeValues: { ':earlier': { N: '-3601000' } },
  };
  await aws.gateway.call({ service: 'dynamodb', operation: 'UpdateItem', input, caller: host });
}
