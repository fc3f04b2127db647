import {
  type CommercetoolsTwin,
  type PartnerBus,
  startCommercetoolsTwin,
} from '@fluent-connector/twins/commercetools';
import { type FluentTwin, startFluentTwin } from '@fluent-connector/twins/fluent';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { createShop } from '../../local/demo/shop.ts';
import { reconcileRepeatedly } from '../../local/source-by-reconcile.ts';

const nowhere: PartnerBus = {
  createSource: async () => {},
  deleteSource: async () => {},
  put: async () => {},
};
const LIMIT_MS = 180_000;

/** Twins on other ports act as the real systems, which cannot send notifications to this machine. */
describe('real systems without AWS', () => {
  let project: CommercetoolsTwin;
  let account: FluentTwin;
  let connector: EmbeddedConnector;
  let stopSource: () => Promise<void>;
  const lines: string[] = [];
  beforeAll(async () => {
    project = await startCommercetoolsTwin({ projectKey: 'shop-dev', bus: nowhere });
    account = await startFluentTwin({ accountId: 'ACME', retailerIds: ['7'] });
    const shop = createShop(project);
    for (let n = 1; n <= 5; n++) await shop.create({ email: `person.${n}@example.com`, firstName: `P${n}` });
    connector = await startEmbeddedConnector({
      ports: { commercetools: 0, fluent: 0, aws: 0 },
      real: {
        commercetools: { projectKey: 'shop-dev', connection: project.connection('runtime') },
        fluent: { retailerId: '7', connection: account.connection() },
      },
    });
    writesBefore = writesTo(project);
    stopSource = reconcileRepeatedly({
      control: connector.control,
      print: (line) => lines.push(line),
      everyMs: 500,
    });
  });
  afterAll(async () => {
    await stopSource?.();
    await connector?.stop();
    await Promise.all([project.stop(), account.stop()]);
  });
  let writesBefore = 0;
  const writesTo = (twin: CommercetoolsTwin) =>
    Object.entries(twin.requests())
      .filter(([request]) => !request.startsWith('GET ') && request !== 'POST /oauth/token')
      .reduce((sum, [, number]) => sum + number, 0);
  const inAccount = () => account.customers().map(({ primaryEmail }) => primaryEmail);
  /** Polls until the condition is true or the time is over. */
  const until = async (isSo: () => boolean) => {
    const end = Date.now() + LIMIT_MS;
    while (!isSo() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
    expect({ isSo: isSo(), lines }).toMatchObject({ isSo: true });
  };

  test('the five customers of the project are in the account, and none in the twin', async () => {
    await until(() => account.customers().length === 5);
    expect(inAccount().sort()).toEqual([1, 2, 3, 4, 5].map((n) => `person.${n}@example.com`));
    expect(account.customers().every(({ retailer }) => retailer.id === '7')).toBe(true);
    expect(connector.fluent.customers()).toEqual([]);
  });
  test('the next reconcile finds a change', async () => {
    const [one] = project.customers();
    if (!one) throw new Error('the project is empty');
    await createShop(project).update(one, [{ action: 'setFirstName', firstName: 'Ada' }]);
    writesBefore += 1;
    await until(() => account.customers().some(({ firstName }) => firstName === 'Ada'));
  });
  test('commercetools is only read; the subscription is in the twin', async () => {
    expect(writesTo(project)).toBe(writesBefore);
    expect(Object.keys(project.requests()).filter((request) => request.includes('subscriptions'))).toEqual(
      [],
    );
    expect(
      Object.keys(connector.commercetools.requests()).some((request) => request.includes('subscriptions')),
    ).toBe(true);
  });
});
