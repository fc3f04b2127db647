import { afterAll, beforeAll, describe } from 'vitest';
import { failuresByCause, taken } from './by-hand/failures.suite.ts';
import { linkedCustomers } from './by-hand/link.suite.ts';
import { customersOneByOne } from './by-hand/records.suite.ts';
import { startWorld, type World } from './world.ts';

/** One connector for all of it: starting it takes as long as most of these tests. */
describe('what an operator does by hand, on one machine', () => {
  let world: World;
  beforeAll(async () => {
    const customers = taken.map((id, n) => ({ id, email: `taken.${n}@example.com`, firstName: 'Tom' }));
    world = await startWorld({}, customers);
  });
  afterAll(() => world.connector.stop());

  failuresByCause(() => world);
  linkedCustomers(() => world);
  customersOneByOne(() => world);
});
