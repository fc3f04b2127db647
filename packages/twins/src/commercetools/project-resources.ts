import type { CustomerGroup, ResourceIdentifier, Store, Type } from '@commercetools/platform-sdk';
import { ApiError } from './api-error.ts';
import type { TwinStorage } from './twin-storage.ts';

interface Known {
  'customer-group': CustomerGroup;
  store: Store;
  type: Type;
}

/** Finds the resources that a customer can refer to, by id or key. Throws ApiError 400 ReferencedResourceNotFound. */
export class ProjectResources {
  readonly #storage: TwinStorage;
  readonly #projectKey: string;

  constructor(storage: TwinStorage, projectKey: string) {
    this.#storage = storage;
    this.#projectKey = projectKey;
  }

  async find<Name extends keyof Known>(
    typeId: Name,
    wanted: Pick<ResourceIdentifier, 'id' | 'key'>,
  ): Promise<Known[Name]> {
    const found = wanted.id
      ? await this.#storage.get(this.#projectKey, typeId, wanted.id)
      : await this.#storage.getByKey(this.#projectKey, typeId, wanted.key ?? '');
    if (found) return found as Known[Name];
    const name = wanted.id ? `identifier '${wanted.id}'` : `key '${wanted.key ?? ''}'`;
    throw new ApiError(
      400,
      'ReferencedResourceNotFound',
      `The referenced object of type '${typeId}' with ${name} was not found.`,
      {
        typeId,
        ...wanted,
      },
    );
  }

  async groupReference(group: Pick<ResourceIdentifier, 'id' | 'key'>) {
    return { typeId: 'customer-group' as const, id: (await this.find('customer-group', group)).id };
  }

  async storeReference(store: Pick<ResourceIdentifier, 'id' | 'key'>) {
    return { typeId: 'store' as const, key: (await this.find('store', store)).key };
  }

  async typeReference(type: Pick<ResourceIdentifier, 'id' | 'key'>) {
    return { typeId: 'type' as const, id: (await this.find('type', type)).id };
  }
}
