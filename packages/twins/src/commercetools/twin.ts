import type { AddressInfo } from 'node:net';
import type { Customer, SubscriptionHealthStatus } from '@commercetools/platform-sdk';
import { CommercetoolsMock } from '@labdigital/commercetools-mock';
import type { CommercetoolsConnection } from '../connections.ts';
import { createRandom } from '../random.ts';
import { addAdminRoutes } from './admin.ts';
import { addApiHooks } from './api-hooks.ts';
import { type ApiClient, type ClientKind, defaultClients, TokenOffice } from './clients.ts';
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
  /** Where EventBridge destinations lead. */
  readonly bus: PartnerBus;
  /** Of the faults. */
  readonly seed?: number;
  readonly clients?: Partial<Record<ClientKind, ApiClient>>;
  readonly now?: () => Date;
  /** `detail-type` of change notifications is not known for certain; default: the notificationType. */
  readonly changeDetailType?: (payload: Payload) => string;
}

/** A commercetools project over HTTP on 127.0.0.1, for the SDK, curl and Postman alike. */
export interface CommercetoolsTwin {
  /** http://127.0.0.1:<port>: the API, and `/oauth/token`. */
  readonly url: string;
  readonly projectKey: string;
  /** Change at run time. */
  faults: CommercetoolsFaults;
  connection(kind: ClientKind): CommercetoolsConnection;
  /** By method and path template, for example `GET /customers/{id}`; `/_twin` is not counted. */
  requests(): Readonly<Record<string, number>>;
  /** All that are stored, in order of id. Read-only. */
  customers(): readonly Customer[];
  /** Adds what was always there: emits nothing. Throws ApiError when a reference leads nowhere. */
  seed(resources: Seed): Promise<Seeded>;
  /** Everything emitted so far, whatever became of it on its way. */
  notifications(): readonly EmittedNotification[];
  /**
   * As if its destination failed, or commercetools suspended it: while it is not Healthy nothing is delivered, and what is
   * made meanwhile is kept or lost as the status says. Answers whether there is a subscription with that key.
   */
  setSubscriptionStatus(key: string, status: SubscriptionHealthStatus): Promise<boolean>;
  /** Every token handed out so far is refused from now on. */
  expireTokens(): void;
  /** Resolves when no notification is on its way any more. */
  settled(): Promise<void>;
  /** Forgets resources, counts, notifications and faults; subscriptions are deleted with their sources. */
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
  const tokens = new TokenOffice(projectKey, Object.values(clients), now);

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
      // Hanging requests would hold the server open.
      mock.server.closeAllConnections();
      await mock.app.close();
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
