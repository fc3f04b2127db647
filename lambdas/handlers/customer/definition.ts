import type { ResourceDefinition } from '../../runtime/resource/resource-definition.ts';
import { customerInspection } from './inspection.ts';
import { type FluentCustomer, toFluentCustomer } from './mapper.ts';
import { removeCustomer } from './remove.ts';
import { type Customer, customer } from './schema.ts';
import { type CustomerSettings, customerExpansions, customerSettings } from './settings.ts';
import { upsertCustomer } from './upsert.ts';

/** What a customer is to the runtime. Apart from handler.ts, so that it can be run without a Lambda's environment. */
export const customerDefinition: ResourceDefinition<Customer, FluentCustomer, CustomerSettings> = {
  resourceType: 'customer',
  mapperVersion: 1,
  settings: customerSettings,
  source: customer,
  fetch: ({ commercetools }, ids, settings) =>
    commercetools.customersById(ids, { expand: customerExpansions(settings) }),
  map: toFluentCustomer,
  upsert: ({ fluent }, model, known, settings) => upsertCustomer(fluent, model, known, settings),
  remove: ({ fluent }, gone, known, settings) => removeCustomer(fluent, gone, known, settings),
  inspection: customerInspection,
};
