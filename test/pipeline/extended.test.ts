import { afterAll, beforeAll, describe } from 'vitest';
import { theCanary } from './extended/canary.suite.ts';
import { runHooks } from './extended/hooks.suite.ts';
import { secondHandler } from './extended/second-handler.suite.ts';
import { canaryId, customerId, startWorld, type World } from './world.ts';

/** One connector for all of it: starting it takes as long as most of these tests. */
describe('a connector that somebody has extended, on one machine', () => {
  let world: World;
  beforeAll(async () => {
    const customers = [canaryId, ...[1, 2, 3].map(customerId)].map((id, n) => ({
      ...{ id, email: `person.${n}@example.com`, firstName: 'Vera' },
    }));
    world = await startWorld({ extension: 'test/fixtures/loyalty' }, customers);
  });
  afterAll(() => world.connector.stop());

  theCanary(() => world);
  runHooks(() => world);
  secondHandler(() => world);
});
