import type { PartnerBus } from '@fluent-connector/twins/commercetools';
import { type CommercetoolsTwin, startCommercetoolsTwin } from '@fluent-connector/twins/commercetools';
import { type FluentTwin, fluentSwitches, startFluentTwin } from '@fluent-connector/twins/fluent';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { checkSystems } from '../../cli/doctor/system-probes.ts';

const nowhere: PartnerBus = {
  createSource: async () => {},
  deleteSource: async () => {},
  put: async () => {},
};

export let commercetools: CommercetoolsTwin;
export let fluent: FluentTwin;

/** Starts both twins for the tests of a file, and resets Fluent after each test. */
export function useTwins(): void {
  beforeAll(async () => {
    commercetools = await startCommercetoolsTwin({
      projectKey: 'shop-dev',
      bus: nowhere,
      clients: {
        // An API client without the scopes that the connector needs.
        admin: { clientId: 'narrow', clientSecret: 's', scopes: ['view_orders'] },
      },
    });
    await commercetools.seed({
      customers: [{ id: '3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f', email: 'jane@example.com' }],
    });
    fluent = await startFluentTwin({ accountId: 'ACME' });
  });
  afterAll(() => Promise.all([commercetools.stop(), fluent.stop()]));
  afterEach(() => {
    fluent.reset();
    fluent.switches = fluentSwitches.parse({});
  });
}

export const systems = () => ({
  commercetools: {
    projectKey: 'shop-dev',
    connection: commercetools.connection('runtime'),
    subscription: commercetools.connection('subscription'),
  },
  fluent: { retailerId: '1', connection: fluent.connection() },
});
/** `status: detail` of every check. */
export const lines = async (under: Parameters<typeof checkSystems>[0], writes = false) =>
  Object.fromEntries(
    (await checkSystems(under, { writes })).map(({ check, status, detail }) => [
      check,
      `${status}: ${detail}`,
    ]),
  );
