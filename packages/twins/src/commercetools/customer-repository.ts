import type { Customer } from '@commercetools/platform-sdk';
import type { CommercetoolsMock } from '@labdigital/commercetools-mock';
import { requireVersion } from './api-error.ts';
import { customerActions, type InheritedActions } from './customer-actions.ts';
import { customerFromDraft, requireUnique } from './customer-draft.ts';
import type { ProjectResources } from './project-resources.ts';
import type { TwinStorage } from './twin-storage.ts';

interface Dependencies {
  readonly mock: CommercetoolsMock;
  readonly projectKey: string;
  readonly storage: TwinStorage;
  readonly resources: ProjectResources;
  readonly now: () => Date;
}

/**
 * Corrects the mock's customer repository: it loses fields and lower-cases e-mails on create, accepts a stale
 * version in an update that changes nothing, and lacks update actions.
 */
export function correctCustomerRepository({ mock, projectKey, storage, resources, now }: Dependencies): void {
  const repository = mock.project(projectKey).getRepository('customer');

  repository.create = async (context, draft) => {
    const customer = await customerFromDraft(draft, {
      resources,
      clientId: context.clientId ?? '',
      now: now(),
    });
    requireUnique(storage.customers, customer);
    return storage.add(projectKey, 'customer', customer);
  };

  const applyActions = repository.processUpdateActions.bind(repository);
  repository.processUpdateActions = async (context, customer, version, actions) => {
    requireVersion(customer.id, customer.version, version);
    return applyActions(context, customer, version, actions);
  };

  repository.saveUpdate = async (context, version, changed) => {
    const current = storage.customers.get(changed.id);
    // Another request may have written while the actions were applied.
    requireVersion(changed.id, current?.version ?? 0, version);
    const lastModifiedBy = { clientId: context.clientId ?? '', isPlatformClient: false };
    const updated: Customer = { ...changed, lastModifiedAt: now().toISOString(), lastModifiedBy };
    return storage.add(projectKey, 'customer', updated);
  };

  // Protected in the mock's types, but the only place from which it takes update actions.
  const actions: object & InheritedActions = Reflect.get(repository, 'actions');
  const inherited = {
    setDefaultShippingAddress: actions.setDefaultShippingAddress.bind(actions),
    setDefaultBillingAddress: actions.setDefaultBillingAddress.bind(actions),
  };
  Object.assign(actions, customerActions(storage.customers, resources, inherited));
}
