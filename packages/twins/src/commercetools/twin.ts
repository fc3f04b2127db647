import type { AddressInfo } from 'node:net';
import type { Customer, SubscriptionHealthStatus } from '@commercetools/platform-sdk';
import { CommercetoolsMock } from '@labdigital/commercetools-mock';
import type { CommercetoolsConnection } from '../connections.ts';
import { createRandom } from '../random.ts';
import { addAdminRoutes } from './admin.ts';
import { addApiHooks } from './api-hooks.ts';
import { type ApiClient, type ClientKind, defaultClients, TokenIssuer } from './clients.ts';
import { correctCustomerRepository } from './customer-repository.ts';
import { Delivery, type EmittedNotification } from './delivery.ts';
import { type CommercetoolsFaults, noFaults } from './faults.ts';
import type { Payload } from './notification.ts';
import type { PartnerBus } from './ports.ts';
import { ProjectResources } from './project-resources.ts';
import { type Seed, type Seeded, seedProject } from './seed.ts';
import { Subscriptions } from './subscriptions.ts';
import { TwinStorage } from './twin-storage.ts';

export interface CommercetoolsTwinOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly projectKey: string;
  /** Receives the notifications of EventBridge destinations. */
  readonly bus: PartnerBus;
  /** Seed of the faults. Default: 1. */
  readonly seed?: number;
  readonly clients?: Partial<Record<ClientKind, ApiClient>>;
  readonly now?: () => Date;
  /** Sets the `detail-type` of change notifications, which is not documented. Default: the notificationType. */
  readonly changeDetailType?: (payload: Payload) => string;
}

/** A commercetools project over HTTP on 127.0.0.1, for the SDK, curl and Postman alike. */
export interface CommercetoolsTwin {
  /** http://127.0.0.1:<port>: the API, and `/oauth/token`. */
  readonly url: string;
  readonly projectKey: string;
  /** Can be changed at run time. */
  faults: CommercetoolsFaults;
  connection(kind: ClientKind): CommercetoolsConnection;
  /** By method and path template, for example `GET /customers/{id}`; `/_twin` is not counted. */
  requests(): Readonly<Record<string, number>>;
  /** All customers, in order of id. Read-only. */
  customers(): readonly Customer[];
  /** Adds resources without notifications. Throws ApiError when a referenced resource does not exist. */
  seed(resources: Seed): Promise<Seeded>;
  /** All notifications so far, delivered or not. */
  notifications(): readonly EmittedNotification[];
  /**
   * Sets the status as a failing destination or commercetools would. While it is not Healthy nothing is delivered;
   * the status decides whether notifications are kept or lost. Returns false if no subscription has the key.
   */
  setSubscriptionStatus(key: string, status: SubscriptionHealthStatus): Promise<boolean>;
  /** Revokes every token. */
  expireTokens(): void;
  /** Resolves when every notification is delivered or lost. */
  settled(): Promise<void>;
  /** Removes resources, counts, notifications and faults; subscriptions are deleted with their sources. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCommercetoolsTwin(options: CommercetoolsTwinOptions): Promise<CommercetoolsTwin> {
  const { projectKey, bus, now = () => new Date() } = options;
  const clients = { ...defaultClients, ...options.clients };
  const random = createRandom(options.seed ?? 1);
  const requests = new Map<string, number>();

  const delivery = new Delivery(bus, () => twin.faults, random);
  const changeDetailType = options.changeDetailType;
  const subscriptions = new Subscriptions({ projectKey, bus, delivery, now, changeDetailType });
  const storage = new TwinStorage((change) => subscriptions.publish(change));
  const resources = new ProjectResources(storage, projectKey);
  const tokens = new TokenIssuer(projectKey, Object.values(clients), now);

  // Draft validation; without it a missing e-mail is a 500.
  const mock = new CommercetoolsMock({ storage, strict: true, silent: true, defaultProjectKey: projectKey });
  correctCustomerRepository({ mock, projectKey, storage, resources, now });
  subscriptions.correct(mock, storage);

  const twin: CommercetoolsTwin = {
    url: '',
    projectKey,
    faults: noFaults(),
    connection: (kind) => ({
      apiUrl: twin.url,
      authUrl: twin.url,
      clientId: clients[kind].clientId,
      clientSecret: clients[kind].clientSecret,
    }),
    requests: () => Object.fromEntries([...requests].sort()),
    customers: () => storage.customers.after(undefined),
    seed: (seed) => seedProject({ mock, projectKey, storage, resources, now }, seed),
    notifications: () => delivery.emitted(),
    setSubscriptionStatus: (key, status) => subscriptions.setStatus(storage, key, status),
    expireTokens: () => tokens.expireAll(),
    settled: () => delivery.settled(),
    async reset() {
      await storage.clear();
      await subscriptions.clear();
      delivery.forget();
      requests.clear();
      twin.faults = noFaults();
    },
    async stop() {
      delivery.stop();
      // Hanging requests, and connections that were just accepted, would keep the server open.
      const closing = setInterval(() => mock.server.closeAllConnections(), 50);
      await mock.app.close();
      clearInterval(closing);
    },
  };

  addApiHooks(mock.app, {
    projectKey,
    storage,
    subscriptions,
    tokens,
    requests,
    random,
    faults: () => twin.faults,
  });
  addAdminRoutes(mock.app, twin);
  await mock.app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = mock.server.address() as AddressInfo;
  return Object.assign(twin, { url: `http://127.0.0.1:${port}` });
}
