import type { FastifyInstance } from 'fastify';
import { commercetoolsFaults } from './faults.ts';
import type { CommercetoolsTwin } from './twin.ts';

/** `/_twin`: what a person or a script sees and steers. No authorisation, since the twin listens on loopback only. */
export function addAdminRoutes(app: FastifyInstance, twin: CommercetoolsTwin): void {
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
  app.post('/_twin/reset', async (_, reply) => {
    await twin.reset();
    return reply.code(204).send();
  });
}
