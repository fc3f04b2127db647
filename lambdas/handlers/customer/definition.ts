import type { ResourceDefinition } from '../../runtime/resource/resource-definition.ts';
import { customerInspection } from './inspection.ts';
import { type FluentCustomer, toFluentCustomer } from './mapper.ts';
import { removeCustomer } from './remove.ts';
import { type Customer, customer } from './schema.ts';
import { type CustomerSettings, customerExpansions, customerSettings } from './settings.ts';
import { upsertCustomer } from './upsert.ts';

/** commercetools customer -> Fluent customer. Not in handler.ts, so that tests can run it without a Lambda's environment. */
export const customerDefinition: ResourceDefinition<Customer, FluentCustomer, CustomerSettings> = {
  resourceType: 'customer',
  mapperVersion: 1,
  settings: customerSettings,
  source: customer,
  fetch: (ids, { services, settings }) =>
    services.commercetools.customersById(ids, { expand: customerExpansions(settings) }),
  map: toFluentCustomer,
  upsert: upsertCustomer,
  remove: removeCustomer,
  inspection: customerInspection,
};
