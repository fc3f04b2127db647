import { createRandom, type Random } from '@fluent-connector/twins/random';
import type { DeliverySettings } from '../../../../lambdas/core/delivery/delivery-settings.ts';
import type { ResourceEvent } from '../../../../lambdas/core/delivery/resource-event.ts';
import type { CustomerSettings } from '../../../../lambdas/handlers/customer/settings.ts';
import type { MemoryStateStore } from '../../../fakes/memory-state-store.ts';
import type { Faults } from '../kernel/faults.ts';
import { Kernel, START } from '../kernel/kernel.ts';
import { Reach } from '../kernel/reach.ts';
import { type Sim, short } from '../kernel/sim.ts';
import { Trace } from '../kernel/trace.ts';
import type { Violation } from '../kernel/violation.ts';
import { Commercetools } from '../models/commercetools.ts';
import type { DeadLetterPlaces } from '../models/dead-letter-copies.ts';
import type { DeadLetterQueue } from '../models/dead-letters.ts';
import { FifoQueue } from '../models/fifo-queue.ts';
import { Fluent } from '../models/fluent.ts';
import type { FunctionHost } from '../models/function-host.ts';
import type { LambdaFunction, PollingName } from '../models/lambda-function.ts';
import { StandardQueue } from '../models/standard-queue.ts';
import { Oracle } from '../oracle/oracle.ts';
import type { Plan } from '../plan/plan.ts';
import { Beside, HANDLER_ID } from './beside.ts';
import { applyChange } from './changes.ts';
import type { Code } from './code.ts';
import { connectorFunctions } from './functions.ts';
import type { Infrastructure } from './infrastructure.ts';
import { newStores } from './stores.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const PROJECT = 'local';
const UPSERT = 'commercetools.connect.customer.upsert';
const DELETE = 'commercetools.connect.customer.delete';

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

/** The whole connector and its environment, for one schedule. */
export class World {
  readonly kernel = new Kernel();
  readonly sim: Sim;
  readonly plan: Plan;
  readonly code: Code;
  readonly infrastructure: Infrastructure;
  readonly source: Commercetools;
  readonly fluent: Fluent;
  readonly table: MemoryStateStore;
  readonly stores: ReturnType<typeof newStores>;
  readonly settings: CustomerSettings;
  readonly delivery: DeliverySettings;
  readonly ingest: StandardQueue;
  readonly routeQueue: StandardQueue;
  readonly handlerQueue: FifoQueue;
  readonly runQueue: FifoQueue;
  readonly deadLetters: Record<DeadLetterQueue['name'], DeadLetterQueue>;
  readonly functions: readonly LambdaFunction[];
  /** Runs, operators and caretaker, in schedules that have them. */
  readonly beside: Beside | undefined;
  readonly oracle: Oracle;
  readonly violations: Violation[] = [];
  /** Until when an outside event is still in progress: liveness counts from there. */
  lastArrival = START;
  mapperVersion = 1;
  hasTwoMappers: boolean;
  #sentDirectly = 0;
  #backup: ReadonlyMap<string, unknown> = new Map();
  #nonce = 0;
  readonly #down = new Map<Down, number>();
  readonly #random: Random;

  constructor({ seed, plan, code, infrastructure, faults, crashAt, isReadable }: WorldOptions) {
    const kernel = this.kernel;
    this.#random = createRandom(seed ^ 0x7feb352d);
    this.plan = plan;
    this.infrastructure = infrastructure;
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
    this.stores = newStores(code, () => kernel.now);
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
    this.functions = connectorFunctions(this);
    this.beside = plan.beside && new Beside(this, plan.beside);
    for (const lambda of this.functions)
      if (lambda.name === 'handler') lambda.onDelivered = () => this.beside?.handlerTakes();
    for (const lambda of this.functions) lambda.onFinished = (finished) => this.oracle.onFinished(finished);
  }

  /** Messages sent to the handler queue without the router: runs, operators, reconcile. */
  get sentDirectly(): number {
    return this.#sentDirectly;
  }

  /** The environments of the handler, for direct invocations. */
  get handlerHost(): FunctionHost {
    return (this.functions.find(({ name }) => name === 'handler') as LambdaFunction).host;
  }

  deliveries(name: PollingName): number {
    return this.functions
      .filter((one) => one.name === name)
      .reduce((sum, { delivered }) => sum + delivered, 0);
  }

  /** Only the state rows: no write depends on the other items of the table. */
  backup(): void {
    this.#backup = new Map(this.table.rows());
  }

  restore(): void {
    this.sim.faults.record('table-restore', 'old-rows');
    this.sim.trace.note('restored', this.#backup.size);
    const rows = this.table.rows() as Map<string, unknown>;
    rows.clear();
    for (const [key, row] of this.#backup) rows.set(key, row);
  }

  takeDown(service: Down, milliseconds: number): void {
    const until = Math.max(this.#down.get(service) ?? 0, this.kernel.now + milliseconds);
    this.#down.set(service, until);
    if (service === 'table') this.beside?.excuseUntil(until);
  }

  /** A notification reaches the partner bus: its archive, and through its rule the ingest queue. */
  arrive(body: string): void {
    const switches = this.beside?.switches;
    switches?.keep(body);
    if (switches?.isIntakeEnabled === false) this.sim.trace.note('held-by-the-rule');
    else this.receive(body);
  }

  receive(body: string): void {
    this.oracle.arrived();
    this.ingest.send(body);
  }

  isDown(service: Down): boolean {
    return this.sim.faults.isOn && (this.#down.get(service) ?? 0) > this.kernel.now;
  }

  /** Schedules everything in the plan, and the faults of the whole schedule. Answers when faults end. */
  start(): number {
    const { faults } = this.sim;
    const { plan, kernel } = this;
    let end = START + plan.faultsUntil;
    for (const change of plan.changes) kernel.at(START + change.at, () => applyChange(this, change));
    for (let i = 0; i < 3; i++) {
      const service = faults.draw('outage');
      if (!service) continue;
      const from = START + this.#random.integer(0, plan.faultsUntil);
      const to = from + this.#random.pick([60_000, HOUR / 2, 3 * HOUR]);
      end = Math.max(end, to);
      kernel.at(from, () => this.takeDown(service, to - from));
    }
    this.beside?.start();
    if (!this.beside && faults.draw('operations') === 'paused-for-days') {
      const from = START + this.#random.integer(0, plan.faultsUntil);
      kernel.at(from, () => this.#pause(from + Math.floor(3.5 * DAY)));
      end = Math.max(end, from);
    }
    return end;
  }

  /** What one pass of reconcile and sweep would enqueue. */
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

  /** The current dead letters, by the name of the source queue. */
  deadLetterPlaces(): DeadLetterPlaces {
    return {
      [`handler/${HANDLER_ID}`]: [this.deadLetters['handler-dlq'].copies, this.handlerQueue.dead],
      ingest: [this.deadLetters['ingest-dlq'].copies, this.ingest.dead],
    };
  }

  /** Moves every dead letter back to its source queue. */
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

  /** Long after everything: tombstones have expired, and one more message of each deleted customer arrives. */
  wakeTheDead(rowsAreRemoved: boolean): void {
    const rows = this.table.rows() as Map<string, unknown>;
    for (const [key, row] of this.table.rows())
      if (rowsAreRemoved && (row.expiresAt ?? Number.POSITIVE_INFINITY) * 1_000 < this.kernel.now)
        rows.delete(key);
    for (const { id, history, deletedAt } of this.source.customers.values())
      if (deletedAt !== undefined)
        this.sendToHandler(id, { version: history.at(-1)?.version ?? 1, kind: 'UPSERT' });
  }

  /** Stored rows by customer id. */
  rowsById(): Map<
    string,
    ReturnType<MemoryStateStore['rows']> extends ReadonlyMap<string, infer Row> ? Row : never
  > {
    return new Map([...this.table.rows()].map(([key, row]) => [key.slice(-36), row]));
  }

  /** A message of a run or of an operator command. */
  sendDirectly(body: string, group: string, deduplicationId: string): void {
    this.#sentDirectly++;
    this.oracle.word.sent(body);
    this.handlerQueue.send(body, group, deduplicationId);
  }

  /** A message that is not an event, directly into the handler queue. */
  sendForged(body: string, group: string): void {
    this.#sentDirectly++;
    this.handlerQueue.send(body, group, `forged-${++this.#nonce}`);
  }

  /** An event without the router: of a run, an operator or reconcile. */
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
}

const settingsCache = new WeakMap<Code, Map<string, CustomerSettings>>();

/** Settings are parsed once per choice, as at a cold start. */
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
