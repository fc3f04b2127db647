import type { SubscriptionHealthStatus } from '@commercetools/platform-sdk';
import type { FastifyInstance } from 'fastify';
import { type CommercetoolsFaults, commercetoolsFaults } from './faults.ts';
import { subscriptionStatuses } from './subscriptions.ts';

/** The part of the twin that `/_twin` shows and controls. */
interface AdministeredTwin {
  faults: CommercetoolsFaults;
  requests(): unknown;
  notifications(): readonly unknown[];
  setSubscriptionStatus(key: string, status: SubscriptionHealthStatus): Promise<boolean>;
  reset(): Promise<void>;
}

/** Adds `/_twin`, which needs no authorisation: the twin listens on loopback only. */
export function addAdminRoutes(app: FastifyInstance, twin: AdministeredTwin): void {
  app.get('/_twin/faults', async () => twin.faults);
  app.put('/_twin/faults', async (request, reply) => {
    const parsed = commercetoolsFaults.safeParse({ ...twin.faults, ...(request.body as object) });
    if (!parsed.success) return reply.code(400).send({ message: parsed.error.message });
    twin.faults = parsed.data;
    return twin.faults;
  });
  app.get('/_twin/requests', async () => twin.requests());
  app.get('/_twin/notifications', async () => ({
    count: twin.notifications().length,
    results: twin.notifications(),
  }));
  app.put<{ Params: { key: string }; Body: { status?: string } | null }>(
    '/_twin/subscriptions/:key/status',
    async ({ params: { key }, body }, reply) => {
      const status = subscriptionStatuses.find((one) => one === body?.status);
      if (!status) {
        return reply.code(400).send({ message: `status must be one of ${subscriptionStatuses.join(', ')}` });
      }
      if (await twin.setSubscriptionStatus(key, status)) return { key, status };
      return reply.code(404).send({ message: `There is no subscription with the key ${key}.` });
    },
  );
  app.post('/_twin/reset', async (_, reply) => {
    await twin.reset();
    return reply.code(204).send();
  });
}
