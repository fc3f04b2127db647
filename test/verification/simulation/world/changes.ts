import { short } from '../kernel/sim.ts';
import type { SourceCustomer } from '../models/commercetools.ts';
import type { Change } from '../plan/change.ts';
import { customerBody, customerId } from '../plan/content.ts';
import { badEvent, badMessage, noiseBody, noiseKind } from './noise.ts';
import { PROJECT, type World } from './world.ts';

const HOUR = 3_600_000;

interface Notification {
  readonly id: string;
  readonly notificationType: 'ResourceCreated' | 'ResourceUpdated' | 'ResourceDeleted';
  readonly version: number;
  readonly dataErasure?: boolean;
}

/** Applies one change of the plan. */
export function applyChange(world: World, change: Change): void {
  const id = customerId(change.customer);
  const { kernel, trace } = world.sim;
  trace.note('change', change.kind, short(id));
  const known = world.source.customers.get(id);
  switch (change.kind) {
    case 'create':
    case 'update': {
      if (change.kind === 'update' && (!known || known.deletedAt !== undefined)) return;
      const customer = known ?? newCustomer(world, id);
      const version = (customer.history.at(-1)?.version ?? 0) + 1 + change.gap;
      customer.history.push({
        version,
        at: kernel.now,
        body: customerBody(change.customer, version, change.content),
      });
      if (change.isSilent) return;
      notify(world, {
        id,
        notificationType: change.kind === 'create' ? 'ResourceCreated' : 'ResourceUpdated',
        version,
      });
      return;
    }
    case 'delete': {
      if (!known || known.deletedAt !== undefined) return;
      known.deletedAt = kernel.now;
      known.isErased = change.erase;
      if (change.isSilent) return;
      const version = (known.history.at(-1)?.version ?? 1) + (change.keepsVersion ? 0 : 1);
      notify(world, { id, notificationType: 'ResourceDeleted', version, dataErasure: change.erase });
      return;
    }
    case 'run':
      run(world, change, known);
      return;
    case 'erase-deleted':
      if (!known || known.deletedAt === undefined) return;
      known.isErased = true;
      world.sendToHandler(id, { version: 0, kind: 'DELETE', dataErasure: true });
      return;
    case 'manual-sync': {
      const current = world.source.current(id);
      if (current) world.sendToHandler(id, { version: current.version, kind: 'UPSERT' });
      return;
    }
    case 'oms-edit':
      for (const customer of world.fluent.customers.values()) {
        if (customer.attributes.some(({ name, value }) => name === 'commercetoolsId' && value === id))
          customer.fields = { ...customer.fields, lastName: 'edited by hand' };
      }
      return;
    case 'oms-refuses':
      world.fluent.refuse(id, change.code, kernel.now + change.lasts);
      return;
    case 'stranger':
      world.fluent.addStranger(change);
      return;
    case 'deploy':
      world.mapperVersion = 2;
      return;
    case 'noise': {
      const kind = noiseKind(change.number);
      world.sim.faults.record('noise', kind);
      world.oracle.arrived();
      world.ingest.send(noiseBody(kind, change.number));
      return;
    }
    case 'bad-message':
      if (change.number % 3 === 0) {
        world.routeQueue.send(badEvent(change.number));
        world.oracle.forgedEvents++;
      } else {
        world.sendForged(badMessage(change.number), `bad/${change.number % 2}`);
      }
      return;
    case 'operate':
      world.beside?.operate(change);
      return;
    case 'deploy-stack':
      world.beside?.deploy();
      return;
    case 'table-backup':
      world.backup();
      return;
    case 'table-restore':
      world.restore();
      return;
    case 'outage':
      world.sim.faults.record('outage', change.service);
      world.takeDown(change.service, change.lasts);
      return;
    case 'subscription-stops':
      world.sim.faults.record('outage', 'subscription');
      world.takeDown('subscription', change.lasts);
      world.beside?.stopDelivery(change.lasts);
  }
}

function newCustomer({ source }: World, id: string): SourceCustomer {
  const customer = { id, history: [], deletedAt: undefined, isErased: false, hadOldCopy: false };
  source.customers.set(id, customer);
  return customer;
}

function run(
  world: World,
  change: Extract<Change, { kind: 'run' }>,
  known: SourceCustomer | undefined,
): void {
  const { kernel } = world.sim;
  const current = known && world.source.current(known.id);
  if (!known || !current) return;
  const bodyAt = kernel.now;
  if (change.withBody) known.hadOldCopy = true;
  world.lastArrival = Math.max(world.lastArrival, kernel.now + change.lag);
  kernel.after(change.lag, () =>
    world.sendToHandler(known.id, {
      version: current.version,
      kind: 'UPSERT',
      runId: `run-${change.run}`,
      ...(change.force && { force: true }),
      ...(change.withBody && { body: current.body, bodyAt }),
    }),
  );
}

/** commercetools -> partner bus -> rule -> ingest queue. */
function notify(world: World, { id, notificationType, version, dataErasure }: Notification): void {
  const { kernel, faults, random } = world.sim;
  const modifiedAt = new Date(kernel.now + random.integer(-5_000, 5_000)).toISOString();
  const detail = {
    notificationType,
    projectKey: PROJECT,
    resource: { typeId: 'customer', id },
    resourceUserProvidedIdentifiers: {},
    version,
    ...(notificationType === 'ResourceUpdated' && { oldVersion: version - 1 }),
    modifiedAt,
    ...(dataErasure !== undefined && { dataErasure }),
  };
  const body = JSON.stringify({
    version: '0',
    'detail-type': 'any',
    source: 'aws.partner/commercetools.com/x',
    detail,
  });
  const isUpsert = notificationType !== 'ResourceDeleted';
  const fault = faults.draw('partner');
  const arrive = (delay: number) => {
    world.lastArrival = Math.max(world.lastArrival, kernel.now + delay);
    kernel.after(delay, () => world.arrive(body));
  };
  if ((fault === 'missing' || world.isDown('subscription')) && isUpsert) {
    world.sim.trace.note('notification-missing', short(id), version);
    return;
  }
  const soon = random.integer(20, 800);
  const delay = { 'late-minutes': 20 * 60_000, 'late-hours': 48 * HOUR, reordered: 20_000 }[fault as string];
  arrive(delay === undefined ? soon : random.integer(1_000, delay));
  if (fault === 'duplicate') arrive(random.integer(20, 5_000));
  if (fault === 'duplicate-late') arrive(random.integer(60_000, 6 * HOUR));
}
