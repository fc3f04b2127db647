import {
  type Customer,
  type CustomerDraft,
  type CustomerUpdateAction,
  createApiBuilderFromCtpClient,
} from '@commercetools/platform-sdk';
import { ClientBuilder } from '@commercetools/ts-client';
import type { CommercetoolsTwin } from '@fluent-connector/twins/commercetools';

/** Changes customers as a shop does, through the real SDK. Throws the errors of the API. */
export interface Shop {
  create(draft: CustomerDraft): Promise<Customer>;
  update(customer: Customer, actions: CustomerUpdateAction[]): Promise<Customer>;
  remove(customer: Customer, dataErasure: boolean): Promise<void>;
  /** Keys of the customer groups, by id. */
  groupKeys(): Promise<ReadonlyMap<string, string>>;
}

export function createShop({
  projectKey,
  connection,
}: Pick<CommercetoolsTwin, 'projectKey' | 'connection'>): Shop {
  const { apiUrl, authUrl, clientId, clientSecret } = connection('admin');
  const client = new ClientBuilder()
    .withProjectKey(projectKey)
    .withClientCredentialsFlow({
      host: authUrl,
      projectKey,
      credentials: { clientId, clientSecret },
      httpClient: fetch,
    })
    .withHttpMiddleware({ host: apiUrl, httpClient: fetch })
    .build();
  const project = createApiBuilderFromCtpClient(client).withProjectKey({ projectKey });
  const customers = project.customers();
  return {
    create: async (body) => (await customers.post({ body }).execute()).body.customer,
    update: async ({ id, version }, actions) =>
      (await customers.withId({ ID: id }).post({ body: { version, actions } }).execute()).body,
    remove: async ({ id, version }, dataErasure) => {
      await customers.withId({ ID: id }).delete({ queryArgs: { version, dataErasure } }).execute();
    },
    groupKeys: async () => {
      const { results } = (
        await project
          .customerGroups()
          .get({ queryArgs: { limit: 500 } })
          .execute()
      ).body;
      return new Map(results.map(({ id, key = id }) => [id, key]));
    },
  };
}
