import {
  type CustomerUpdateAction,
  createApiBuilderFromCtpClient,
  type SubscriptionDraft,
} from '@commercetools/platform-sdk';
import { ClientBuilder } from '@commercetools/ts-client';
import type { PartnerBus, PartnerEvent } from '../src/commercetools/ports.ts';
import type { CommercetoolsConnection } from '../src/connections.ts';

export const projectKey = 'demo';

/** The real SDK without retries, so that tests see every fault. */
export function sdk({ apiUrl, authUrl, clientId, clientSecret }: CommercetoolsConnection, scopes?: string[]) {
  const client = new ClientBuilder()
    .withProjectKey(projectKey)
    .withClientCredentialsFlow({
      host: authUrl,
      projectKey,
      credentials: { clientId, clientSecret },
      ...(scopes ? { scopes } : {}),
      httpClient: fetch,
    })
    .withHttpMiddleware({ host: apiUrl, httpClient: fetch, timeout: 5_000 })
    .build();
  return createApiBuilderFromCtpClient(client).withProjectKey({ projectKey });
}
export type Sdk = ReturnType<typeof sdk>;

export const changeCustomer = async (
  api: Sdk,
  { id, version }: { id: string; version: number },
  actions: CustomerUpdateAction[],
) => (await api.customers().withId({ ID: id }).post({ body: { version, actions } }).execute()).body;

export const createCustomer = async (
  api: Sdk,
  body: Parameters<ReturnType<Sdk['customers']>['post']>[0]['body'],
) => (await api.customers().post({ body }).execute()).body.customer;

/** The SDK's type asks for `source`, which the server generates. */
export const subscriptionDraft = (key: string, more: Partial<SubscriptionDraft> = {}): SubscriptionDraft => ({
  key,
  destination: {
    type: 'EventBridge',
    region: 'eu-west-1',
    accountId: '123456789012',
  } as SubscriptionDraft['destination'],
  changes: [{ resourceTypeId: 'customer' }],
  ...more,
});

/** Records events in the order of arrival. */
export class RecordingBus implements PartnerBus {
  readonly sources: string[] = [];
  readonly deletedSources: string[] = [];
  readonly events: PartnerEvent[] = [];
  largestBatch = 0;
  failures = 0;

  async createSource(name: string): Promise<void> {
    this.sources.push(name);
  }

  async deleteSource(name: string): Promise<void> {
    this.deletedSources.push(name);
  }

  async put(events: readonly PartnerEvent[]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the bus is away');
    }
    this.largestBatch = Math.max(this.largestBatch, events.length);
    this.events.push(...events);
  }

  clear(): void {
    this.sources.length = 0;
    this.deletedSources.length = 0;
    this.events.length = 0;
    this.largestBatch = 0;
  }
}
