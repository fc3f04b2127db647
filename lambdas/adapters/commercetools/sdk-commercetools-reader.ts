import { ByProjectKeyCustomersRequestBuilder } from '@commercetools/platform-sdk';
import type { CommercetoolsReader } from '../../core/delivery/ports/commercetools-reader.ts';
import { isNotFound } from './commercetools-answers.ts';
import {
  type CommercetoolsClientOptions,
  createCommercetoolsClient,
  readFailure,
} from './commercetools-client.ts';

/** Reads customers through the SDK; see `CommercetoolsReader`. */
export function createCommercetoolsReader(options: CommercetoolsClientOptions): CommercetoolsReader {
  const client = createCommercetoolsClient(options);
  const customers = new ByProjectKeyCustomersRequestBuilder({
    pathArgs: { projectKey: options.projectKey },
    executeRequest: client.execute,
    baseUri: options.connection.apiUrl,
  });

  async function one(id: string, expand: readonly string[]): Promise<readonly unknown[]> {
    try {
      const answer = await customers
        .withId({ ID: id })
        .get({ queryArgs: { expand: [...expand] } })
        .execute();
      return [answer.body];
    } catch (error) {
      if (isNotFound(error)) return [];
      throw readFailure(error, 'GET customer', options.clock());
    }
  }

  async function several(ids: readonly string[], expand: readonly string[]): Promise<readonly unknown[]> {
    try {
      const variables = Object.fromEntries(ids.map((id, index) => [`var.id${index}`, id]));
      const answer = await customers
        .get({
          queryArgs: {
            where: `id in (${ids.map((_, index) => `:id${index}`).join(', ')})`,
            ...variables,
            limit: ids.length,
            withTotal: false,
            expand: [...expand],
          },
        })
        .execute();
      // Without a list in the answer, each customer is read by its id afterwards.
      return Array.isArray(answer.body.results) ? answer.body.results : [];
    } catch (error) {
      throw readFailure(error, 'query customers', options.clock());
    }
  }

  return {
    customersById: (ids, { expand = [] } = {}) => {
      const [first, ...others] = ids;
      if (first === undefined) return Promise.resolve([]);
      return others.length === 0 ? one(first, expand) : several(ids, expand);
    },
  };
}
