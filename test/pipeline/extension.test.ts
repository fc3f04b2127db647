import { afterAll, beforeAll, describe } from 'vitest';
import { describeCanary } from './extension/canary.suite.ts';
import { describeRunHooks } from './extension/hooks.suite.ts';
import { describeSecondHandler } from './extension/second-handler.suite.ts';
import { canaryId, customerId, startWorld, type World } from './world.ts';

/** One connector for all suites: starting it takes as long as most of these tests. */
describe('an extended connector on local AWS', () => {
  let world: World;
  beforeAll(async () => {
    const customers = [canaryId, ...[1, 2, 3].map(customerId)].map((id, n) => ({
      ...{ id, email: `person.${n}@example.com`, firstName: 'Vera' },
    }));
    world = await startWorld({ extension: 'test/fixtures/loyalty' }, customers);
  });
  afterAll(() => world.connector.stop());

  describeCanary(() => world);
  describeRunHooks(() => world);
  describeSecondHandler(() => world);
});
