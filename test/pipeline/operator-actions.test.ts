import { afterAll, beforeAll, describe } from 'vitest';
import { describeFailures, takenIds } from './operator-actions/failures.suite.ts';
import { describeLinkedCustomers } from './operator-actions/link.suite.ts';
import { describeSingleCustomers } from './operator-actions/records.suite.ts';
import { startWorld, type World } from './world.ts';

/** One connector for all suites: starting it takes as long as most of these tests. */
describe('actions of an operator on local AWS', () => {
  let world: World;
  beforeAll(async () => {
    const customers = takenIds.map((id, n) => ({ id, email: `taken.${n}@example.com`, firstName: 'Tom' }));
    world = await startWorld({}, customers);
  });
  afterAll(() => world.connector.stop());

  describeFailures(() => world);
  describeLinkedCustomers(() => world);
  describeSingleCustomers(() => world);
});
