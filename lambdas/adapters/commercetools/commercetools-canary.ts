import { ByProjectKeyCustomersRequestBuilder } from '@commercetools/platform-sdk';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Canary } from '../../core/operations/ports/canary-customer.ts';
import { statusOf } from './commercetools-answers.ts';
import {
  type CommercetoolsClientOptions,
  commercetoolsError,
  createCommercetoolsClient,
} from './commercetools-client.ts';

/**
 * Changes the middle name of the canary customer. Of the fields that are mapped by default it disturbs least: it is free text,
 * need not be unique, and its change creates no Message, so no other subscriber of the project is notified. A field outside the
 * mapping would not change the hash, and Fluent would never be called.
 */
export function createCommercetoolsCanary(options: CommercetoolsClientOptions): Canary {
  const client = createCommercetoolsClient(options);
  const customers = new ByProjectKeyCustomersRequestBuilder({
    pathArgs: { projectKey: options.projectKey },
    executeRequest: client.execute,
    baseUri: options.connection.apiUrl,
  });

  async function classified<T>(call: Promise<T>, place: string): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof ConnectorError) throw error;
      const status = statusOf(error);
      // Another client changed it after the read: not a fault.
      if (status === 409) throw new ConnectorError(changed, 'The canary customer was changed meanwhile.');
      throw commercetoolsError(
        { status, isWrite: place !== 'GET', now: options.clock() },
        `canary, ${place}`,
      );
    }
  }

  return {
    async touch(customerId, mark) {
      const customer = customers.withId({ ID: customerId });
      const { version } = (await classified(customer.get().execute(), 'GET')).body;
      const actions = [{ action: 'setMiddleName' as const, middleName: `canary ${mark}` }];
      const touched = await classified(customer.post({ body: { version, actions } }).execute(), 'POST');
      return { version: touched.body.version };
    },
  };
}

const changed = { failureClass: 'retry', code: 'COMMERCETOOLS_409' } as const;
