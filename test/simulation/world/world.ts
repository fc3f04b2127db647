import type { MemoryStateStore } from '../../../lambdas/adapters/memory/memory-state-store.ts';
import type { DeliverySettings } from '../../../lambdas/core/delivery-settings.ts';
import type { ResourceEvent } from '../../../lambdas/core/resource-event.ts';
import type { CustomerSettings } from '../../../lambdas/handlers/customer/settings.ts';
import { createRandom, type Random } from '../../../local/random.ts';
import type { Faults } from '../kernel/faults.ts';
import { Kernel, START } from '../kernel/kernel.ts';
import { Reach } from '../kernel/reach.ts';
import { type Sim, short } from '../kernel/sim.ts';
import { Trace } from '../kernel/trace.ts';
import type { Violation } from '../kernel/violation.ts';
import { Commercetools, type LateMisses, readerOf, type SourceCustomer } from '../models/commercetools.ts';
import { type DeadLetterQueue, deadLettersOf } from '../models/dead-letters.ts';
import { publisherOf } from '../models/event-bus.ts';
import { FifoQueue } from '../models/fifo-queue.ts';
import { Fluent, fluentWriterOf } from '../models/fluent.ts';
import { handlerQueuesOf } from '../models/handler-queues.ts';
import type { FunctionName, Invocation } from '../models/invocation.ts';
import { LambdaFunction } from '../models/lambda-function.ts';
import { StandardQueue } from '../models/standard-queue.ts';
import { stateStoreOf } from '../models/state-table.ts';
import { workQueueOf } from '../models/work-queue.ts';
import { Oracle } from '../oracle/oracle.ts';
import { customerBody, customerId } from '../plan/content.ts';
import type { Change, Plan } from '../plan/plan.ts';
import type { Code } from './code.ts';
import { badEvent, badMessage, noiseBody, noiseKind } from './noise.ts';
import { observerOf } from './observer.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PROJECT = 'local';
const HANDLER = 'customer';
const UPSERT = 'commercetools.connect.customer.upsert';
const DELETE = 'commercetools.connect.customer.delete';

/** What a planted bug breaks in the infrastructure instead of in the code. All on their sound values by default. */
export interface Infrastructure {
  readonly visibilitySeconds: number;
  readonly locks: boolean;
  readonly maxReceiveCount: number;
  readonly dropsAtLastReceive: boolean;
  readonly runsHaveOwnQueue: boolean;
  readonly lateBeyondDelta: boolean;
  /** A 404 for a customer that was created long ago: a limit of the protocol, see docs/testing.md. */
  readonly lateMisses: LateMisses;
}

export const soundInfrastructure: Infrastructure = {
  visibilitySeconds: 210,
  locks: true,
  maxReceiveCount: 1_000,
  dropsAtLastReceive: false,
  runsHaveOwnQueue: false,
  lateBeyondDelta: false,
  lateMisses: 'never',
};

export interface WorldOptions {
  readonly seed: number;
  readonly plan: Plan;
  readonly code: Code;
  readonly infrastructure: Infrastructure;
  readonly faults: Faults;
  readonly crashAt?: ReadonlySet<number> | undefined;
  readonly isReadable: boolean;
}

type Down = 'commercetools' | 'fluent' | 'table' | 'bus' | 'subscription';

/** The whole connector and what surrounds it, for one schedule. */
export class World {
  readonly kernel = new Kernel();
  readonly sim: Sim;
  readonly plan: Plan;
  readonly code: Code;
  readonly source: Commercetools;
  readonly fluent: Fluent;
  readonly table: MemoryStateStore;
  readonly settings: CustomerSettings;
  readonly delivery: DeliverySettings;
  readonly ingest: StandardQueue;
  readonly routeQueue: StandardQueue;
  readonly handlerQueue: FifoQueue;
  readonly runQueue: FifoQueue;
  readonly deadLetters: Record<DeadLetterQueue['name'], DeadLetterQueue>;
  readonly functions: readonly LambdaFunction[];
  readonly oracle: Oracle;
  readonly violations: Violation[] = [];
  /** Until when something from outside is still under way: liveness counts from there. */
  lastArrival = START;
  mapperVersion = 1;
  hasTwoMappers: boolean;
  #sentDirectly = 0;
  #nonce = 0;
  readonly #infrastructure: Infrastructure;
  readonly #down = new Map<Down, number>();
  readonly #random: Random;

  constructor({ seed, plan, code, infrastructure, faults, crashAt, isReadable }: WorldOptions) {
    const kernel = this.kernel;
    this.#random = createRandom(seed ^ 0x7feb352d);
    this.plan = plan;
    this.#infrastructure = infrastructure;
    this.code = code;
    this.hasTwoMappers = plan.twoMappers;
    this.sim = {
      kernel,
      faults,
      trace: new Trace(() => kernel.now, isReadable),
      random: createRandom(seed ^ 0x68e31da4),
      reach: new Reach(),
      cuts: { passed: 0, crashAt },
      violate: (violation) => {
        this.sim.trace.note('VIOLATION', violation.message);
        this.violations.push(violation);
      },
    };
    const sim = this.sim;
    this.settings = parsedSettings(code, plan.settings);
    this.delivery = parsedDelivery(code, plan.delivery);
    this.source = new Commercetools({
      lateMisses: infrastructure.lateMisses,
      lastChangeAt: START + (plan.changes.at(-1)?.at ?? 0),
    });
    this.fluent = new Fluent({ hasStrangers: this.settings.usernameStrategy === 'email' });
    this.table = code.createMemoryStateStore(() => kernel.now, this.delivery.tombstoneSeconds);
    this.ingest = new StandardQueue(sim, { name: 'ingest', visibilitySeconds: 180, maxReceiveCount: 500 });
    this.routeQueue = new StandardQueue(sim, { name: 'route', visibilitySeconds: 180, maxReceiveCount: 500 });
    const fifo = {
      visibilitySeconds: infrastructure.visibilitySeconds,
      delaySeconds: plan.coalesceSeconds,
      maxReceiveCount: infrastructure.maxReceiveCount,
      deduplicates: plan.deduplicates,
      locks: infrastructure.locks,
      drops: infrastructure.dropsAtLastReceive,
    };
    this.handlerQueue = new FifoQueue(sim, { ...fifo, name: 'handler' });
    this.runQueue = infrastructure.runsHaveOwnQueue
      ? new FifoQueue(sim, { ...fifo, name: 'run' })
      : this.handlerQueue;
    const deadLetterQueue = (name: DeadLetterQueue['name']): DeadLetterQueue => ({
      name,
      copies: [],
      seen: new Map(),
    });
    this.deadLetters = {
      'ingest-dlq': deadLetterQueue('ingest-dlq'),
      'route-dlq': deadLetterQueue('route-dlq'),
      'handler-dlq': deadLetterQueue('handler-dlq'),
    };
    this.oracle = new Oracle(this);
    this.fluent.onWrite = (write) => this.oracle.onWrite(write);
    this.functions = this.#functions(infrastructure);
    for (const lambda of this.functions) lambda.onFinished = (finished) => this.oracle.onFinished(finished);
  }

  /** Messages put into the handler queue without router: runs, operators, reconcile. */
  get sentDirectly(): number {
    return this.#sentDirectly;
  }

  deliveries(name: FunctionName): number {
    return this.functions
      .filter((one) => one.name === name)
      .reduce((sum, { delivered }) => sum + delivered, 0);
  }

  isDown(service: Down): boolean {
    return this.sim.faults.isOn && (this.#down.get(service) ?? 0) > this.kernel.now;
  }

  /** Puts everything that the plan says, and the faults of the whole schedule, on the clock. Answers when faults end. */
  start(): number {
    const { faults } = this.sim;
    const { plan, kernel } = this;
    let end = START + plan.faultsUntil;
    for (const change of plan.changes) kernel.at(START + change.at, () => this.#apply(change));
    for (let i = 0; i < 3; i++) {
      const service = faults.draw('outage');
      if (!service) continue;
      const from = START + this.#random.integer(0, plan.faultsUntil);
      const to = from + this.#random.pick([60_000, HOUR / 2, 3 * HOUR]);
      end = Math.max(end, to);
      kernel.at(from, () => this.#down.set(service, to));
    }
    if (faults.draw('operations') === 'paused-for-days') {
      const from = START + this.#random.integer(0, plan.faultsUntil);
      kernel.at(from, () => this.#pause(from + Math.floor(3.5 * DAY)));
      end = Math.max(end, from);
    }
    return end;
  }

  /** What one pass of reconcile and of the sweep would enqueue. */
  reconcile(): void {
    const rows = this.rowsById();
    for (const { id, history, deletedAt } of this.source.customers.values()) {
      const row = rows.get(id);
      const version = history.at(-1)?.version ?? 1;
      if (deletedAt === undefined && version > (row?.version ?? 0))
        this.sendToHandler(id, { version, kind: 'UPSERT' });
      if (deletedAt !== undefined && row?.status === 'live')
        this.sendToHandler(id, { version: 0, kind: 'DELETE' });
    }
  }

  /** Moves every dead letter back to where it came from. */
  redrive(hasOldAge: boolean): number {
    const { kernel, trace } = this.sim;
    const { 'handler-dlq': handler } = this.deadLetters;
    const letters = [...handler.copies.splice(0), ...this.handlerQueue.dead.splice(0)];
    for (const letter of letters) {
      trace.note('redrive', letter.id);
      this.#sentDirectly++;
      this.handlerQueue.redrive(letter, hasOldAge ? letter.sentAt : kernel.now);
    }
    for (const queue of [this.ingest, this.routeQueue])
      for (const { body } of queue.dead.splice(0)) queue.send(body);
    return letters.length;
  }

  /** Long after everything: tombstones have ended, and one more message of each deleted customer turns up. */
  wakeTheDead(rowsAreRemoved: boolean): void {
    const rows = this.table.rows() as Map<string, unknown>;
    for (const [key, row] of this.table.rows())
      if (rowsAreRemoved && (row.expiresAt ?? Number.POSITIVE_INFINITY) * 1_000 < this.kernel.now)
        rows.delete(key);
    for (const { id, history, deletedAt } of this.source.customers.values())
      if (deletedAt !== undefined)
        this.sendToHandler(id, { version: history.at(-1)?.version ?? 1, kind: 'UPSERT' });
  }

  /** Rows by customer id, as they are kept. */
  rowsById(): Map<
    string,
    ReturnType<MemoryStateStore['rows']> extends ReadonlyMap<string, infer Row> ? Row : never
  > {
    return new Map([...this.table.rows()].map(([key, row]) => [key.slice(-36), row]));
  }

  sendToHandler(id: string, over: Partial<ResourceEvent> & Pick<ResourceEvent, 'version' | 'kind'>): void {
    const event: ResourceEvent = {
      projectKey: PROJECT,
      resource: { typeId: 'customer', id },
      traceId: `direct-${++this.#nonce}`,
      ...over,
    };
    const queue = event.runId === undefined ? this.handlerQueue : this.runQueue;
    this.#sentDirectly++;
    this.sim.trace.note('direct', short(id), event.version, event.kind);
    const typeId = event.kind === 'DELETE' ? DELETE : UPSERT;
    queue.send(JSON.stringify(event), this.code.groupId(event), this.code.deduplicationId(typeId, event));
  }

  #pause(until: number): void {
    for (const lambda of this.functions) if (lambda.name === 'handler') lambda.isPaused = true;
    this.lastArrival = Math.max(this.lastArrival, until);
    this.kernel.at(until, () => {
      for (const lambda of this.functions) {
        lambda.isPaused = false;
        lambda.wake();
      }
    });
  }

  #apply(change: Change): void {
    const id = customerId(change.customer);
    const { kernel, trace } = this.sim;
    trace.note('change', change.kind, short(id));
    const known = this.source.customers.get(id);
    switch (change.kind) {
      case 'create':
      case 'update': {
        if (change.kind === 'update' && (!known || known.deletedAt !== undefined)) return;
        const customer = known ?? this.#newCustomer(id);
        const version = (customer.history.at(-1)?.version ?? 0) + 1 + change.gap;
        customer.history.push({
          version,
          at: kernel.now,
          body: customerBody(change.customer, version, change.content),
        });
        this.#notify(id, change.kind === 'create' ? 'ResourceCreated' : 'ResourceUpdated', version);
        return;
      }
      case 'delete': {
        if (!known || known.deletedAt !== undefined) return;
        known.deletedAt = kernel.now;
        known.isErased = change.erase;
        const version = (known.history.at(-1)?.version ?? 1) + (change.keepsVersion ? 0 : 1);
        this.#notify(id, 'ResourceDeleted', version, change.erase);
        return;
      }
      case 'run':
        this.#run(change, known);
        return;
      case 'erase-deleted':
        if (!known || known.deletedAt === undefined) return;
        known.isErased = true;
        this.sendToHandler(id, { version: 0, kind: 'DELETE', dataErasure: true });
        return;
      case 'manual-sync': {
        const current = this.source.current(id);
        if (current) this.sendToHandler(id, { version: current.version, kind: 'UPSERT' });
        return;
      }
      case 'oms-edit':
        for (const customer of this.fluent.customers.values()) {
          if (customer.attributes.some(({ name, value }) => name === 'commercetoolsId' && value === id))
            customer.fields = { ...customer.fields, lastName: 'edited by hand' };
        }
        return;
      case 'stranger':
        this.fluent.addStranger(change);
        return;
      case 'deploy':
        this.mapperVersion = 2;
        return;
      case 'noise': {
        const kind = noiseKind(change.number);
        this.sim.faults.record('noise', kind);
        this.oracle.arrived();
        this.ingest.send(noiseBody(kind, change.number));
        return;
      }
      case 'bad-message':
        if (change.number % 3 === 0) {
          this.routeQueue.send(badEvent(change.number));
          this.oracle.forgedEvents++;
        } else {
          this.#sentDirectly++;
          this.handlerQueue.send(
            badMessage(change.number),
            `bad/${change.number % 2}`,
            `bad-${++this.#nonce}`,
          );
        }
    }
  }

  #newCustomer(id: string): SourceCustomer {
    const customer = { id, history: [], deletedAt: undefined, isErased: false, hadOldCopy: false };
    this.source.customers.set(id, customer);
    return customer;
  }

  #run(change: Extract<Change, { kind: 'run' }>, known: SourceCustomer | undefined): void {
    const { kernel } = this.sim;
    const current = known && this.source.current(known.id);
    if (!known || !current) return;
    const bodyAt = kernel.now;
    if (change.withBody) known.hadOldCopy = true;
    this.lastArrival = Math.max(this.lastArrival, kernel.now + change.lag);
    kernel.after(change.lag, () =>
      this.sendToHandler(known.id, {
        version: current.version,
        kind: 'UPSERT',
        runId: `run-${change.run}`,
        ...(change.force && { force: true }),
        ...(change.withBody && { body: current.body, bodyAt }),
      }),
    );
  }

  /** commercetools -> partner bus -> rule -> ingest queue. */
  #notify(id: string, notificationType: string, version: number, dataErasure?: boolean): void {
    const { kernel, faults, random } = this.sim;
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
      this.lastArrival = Math.max(this.lastArrival, kernel.now + delay);
      kernel.after(delay, () => {
        this.oracle.arrived();
        this.ingest.send(body);
      });
    };
    if ((fault === 'missing' || this.isDown('subscription')) && isUpsert) {
      this.sim.trace.note('notification-missing', short(id), version);
      return;
    }
    const soon = random.integer(20, 800);
    const delay = { 'late-minutes': 20 * 60_000, 'late-hours': 48 * HOUR, reordered: 20_000 }[
      fault as string
    ];
    arrive(delay === undefined ? soon : random.integer(1_000, delay));
    if (fault === 'duplicate') arrive(random.integer(20, 5_000));
    if (fault === 'duplicate-late') arrive(random.integer(60_000, 6 * HOUR));
  }

  #functions(infrastructure: Infrastructure): LambdaFunction[] {
    const { sim, code } = this;
    const listener = new LambdaFunction(
      sim,
      { name: 'listener', batchSize: 10, concurrency: 2, timeoutMs: 30_000, windowMs: 1_000 },
      this.ingest,
      (records, invocation) =>
        code.listen(
          {
            ...observerOf(sim, invocation, this.oracle.failures),
            projectKey: PROJECT,
            routes: code.routes,
            publisher: publisherOf(sim, this.routeQueue, invocation, {
              isDown: () => this.isDown('bus'),
              onEvent: (body) => this.oracle.checkText('bus event', body),
            }),
            deadLetters: deadLettersOf(sim, code, this.deadLetters['ingest-dlq'], invocation),
          },
          records,
        ),
    );
    const router = new LambdaFunction(
      sim,
      { name: 'router', batchSize: 10, concurrency: 2, timeoutMs: 30_000, windowMs: 0 },
      this.routeQueue,
      (records, invocation) =>
        code.route(
          {
            ...observerOf(sim, invocation, this.oracle.failures),
            routes: code.routes,
            queues: handlerQueuesOf(sim, code, this.handlerQueue, invocation),
            deadLetters: deadLettersOf(sim, code, this.deadLetters['route-dlq'], invocation),
          },
          records,
        ),
    );
    const queues = infrastructure.runsHaveOwnQueue ? [this.handlerQueue, this.runQueue] : [this.handlerQueue];
    return [listener, router, ...queues.map((queue) => this.#handler(queue))];
  }

  #handler(queue: FifoQueue): LambdaFunction {
    const { sim, code } = this;
    return new LambdaFunction(
      sim,
      { name: 'handler', batchSize: 10, concurrency: 2, timeoutMs: 30_000, windowMs: 250 },
      queue,
      (records, invocation) =>
        code.processBatch(
          this.#definition(invocation),
          this.settings,
          this.#handlerPorts(queue, invocation),
          records,
        ),
    );
  }

  /** While a deployment is under way, some environments run the old mapper and some the new one. */
  #definition({ environment }: Invocation) {
    const mapperVersion = this.hasTwoMappers ? 1 + (environment.number % 2) : this.mapperVersion;
    return mapperVersion === 1
      ? this.code.customerDefinition
      : { ...this.code.customerDefinition, mapperVersion };
  }

  #handlerPorts(queue: FifoQueue, invocation: Invocation) {
    const { sim, code } = this;
    const { deltaSeconds, commercetoolsTimeoutMs, fluentTimeoutMs } = this.delivery;
    return {
      ...observerOf(sim, invocation, this.oracle.failures),
      handlerId: HANDLER,
      projectKey: PROJECT,
      delivery: this.delivery,
      store: stateStoreOf(sim, code, {
        table: this.oracle.watched(this.table),
        invocation,
        isDown: () => this.isDown('table'),
      }),
      queue: workQueueOf(sim, queue, invocation),
      deadLetters: deadLettersOf(sim, code, this.deadLetters['handler-dlq'], invocation),
      services: {
        commercetools: readerOf(sim, code, {
          source: this.source,
          invocation,
          timeoutMs: commercetoolsTimeoutMs,
          isDown: () => this.isDown('commercetools'),
        }),
        fluent: fluentWriterOf(sim, code, {
          fluent: this.fluent,
          invocation,
          timeoutMs: fluentTimeoutMs,
          deltaMs: deltaSeconds * 1_000,
          isDown: () => this.isDown('fluent'),
          lateBeyondDelta: this.#infrastructure.lateBeyondDelta,
        }),
      },
      clock: () => this.kernel.now,
      random: () => sim.random.next(),
    };
  }
}

const settingsCache = new WeakMap<Code, Map<string, CustomerSettings>>();

/** Settings are parsed once per choice: they are read at cold start. */
function parsedSettings(code: Code, settings: Readonly<Record<string, unknown>>): CustomerSettings {
  const known = settingsCache.get(code) ?? new Map<string, CustomerSettings>();
  settingsCache.set(code, known);
  const key = JSON.stringify(settings);
  const parsed = known.get(key) ?? code.customerSettings.parse(settings);
  known.set(key, parsed);
  return parsed;
}

const deliveryCache = new WeakMap<Code, Map<string, DeliverySettings>>();

function parsedDelivery(code: Code, delivery: Readonly<Record<string, number>>): DeliverySettings {
  const known = deliveryCache.get(code) ?? new Map<string, DeliverySettings>();
  deliveryCache.set(code, known);
  const key = JSON.stringify(delivery);
  const parsed = known.get(key) ?? code.deliverySettings.parse(delivery);
  known.set(key, parsed);
  return parsed;
}
