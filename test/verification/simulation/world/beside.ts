import type { CareSettings } from '../../../../lambdas/core/base/care-settings.ts';
import type { ConnectedHandler } from '../../../../lambdas/core/runs/connected-handler.ts';
import type { Run } from '../../../../lambdas/core/runs/run.ts';
import type { RunSettings } from '../../../../lambdas/core/runs/run-settings.ts';
import { START } from '../kernel/kernel.ts';
import { Violation } from '../kernel/violation.ts';
import { AwsSwitches } from '../models/aws-switches.ts';
import { invokeDirectly } from '../models/direct.ts';
import type { FunctionHost } from '../models/function-host.ts';
import { FunctionHost as Host } from '../models/function-host.ts';
import type { LambdaFunction } from '../models/lambda-function.ts';
import { StandardQueue } from '../models/standard-queue.ts';
import type { BesidePlan, Closing } from '../plan/beside.ts';
import type { Change } from '../plan/change.ts';
import { careOf, controlOf, feederOf } from './beside-functions.ts';
import { PROJECT, type World } from './world.ts';

const MINUTE = 60_000;
/** Passes of the caretaker after which a switch has its desired state, despite any faults. */
const PATIENCE = 45;
/** Interval and number of repeated commands of an operator without an answer. */
const ASK_AGAIN_MS = 45_000;
const MOST_ASKED = 60;

export const HANDLER_ID = 'customer';

export const connectedHandler: ConnectedHandler = {
  resourceType: 'customer',
  upsertTypeId: 'commercetools.connect.customer.upsert',
  queueUrl: 'queue:handler',
  deadLettersUrl: 'queue:handler-dlq',
  functionName: 'handler',
  mappingId: 'mapping',
  maxConcurrency: 2,
  expand: [],
  runHooks: [],
};

type Operate = Extract<Change, { kind: 'operate' }>;

/** The control plane of one schedule: switches, step queue and feeder, caretaker, an operator with the control function. */
export class Beside {
  readonly plan: BesidePlan;
  readonly runSettings: RunSettings;
  readonly care: CareSettings;
  readonly switches: AwsSwitches;
  readonly ticks: StandardQueue;
  readonly feeder: LambdaFunction;
  readonly caretaker: FunctionHost;
  readonly control: FunctionHost;
  /** Until then a switch may be wrong: a deployment changed it, or its desired state could not be read. */
  #excusedUntil = 0;
  /** The period in which commercetools delivers nothing. */
  undelivered: { readonly from: number; readonly to: number } | undefined;
  /** When faults ended. */
  healedAt = 0;
  /** The caretaker continues at least until then. */
  caresUntil = 0;
  /** Commands in progress. */
  #asking = 0;
  /** Inputs of commands that were reported as done. */
  readonly #done = new Set<unknown>();
  readonly #world: World;

  constructor(world: World, plan: BesidePlan) {
    const { sim, code } = world;
    this.#world = world;
    this.plan = plan;
    this.runSettings = code.runSettings.parse(plan.runs);
    this.care = code.careSettings.parse(plan.care);
    this.switches = new AwsSwitches(sim, () => world.functions.filter(({ name }) => name === 'handler'));
    this.ticks = new StandardQueue(sim, { name: 'ticks', visibilitySeconds: 180, maxReceiveCount: 500 });
    this.feeder = feederOf(world, this);
    this.caretaker = new Host(sim, { name: 'caretaker', timeoutMs: 55_000 });
    this.control = new Host(sim, { name: 'control', timeoutMs: 60_000 });
  }

  excuseUntil(time: number): void {
    this.#excusedUntil = Math.max(this.#excusedUntil, time);
  }

  /** A pause holds despite deployments: shortly afterwards the handler consumes nothing. */
  handlerTakes(): void {
    const { kernel, stores, sim } = this.#world;
    const longest = PATIENCE * this.plan.careEvery;
    if (kernel.now - this.#excusedUntil <= longest) return;
    void stores.settings
      .handler(HANDLER_ID)
      .read()
      .then(({ value: { paused } }) => {
        if (paused && kernel.now - paused.since > longest)
          sim.violate(new Violation('I7', 'a paused handler consumes messages'));
      });
  }

  /** From now on the caretaker is invoked once a minute, until everything is at rest. */
  start(): void {
    this.#world.kernel.after(MINUTE, () => void this.#minute());
  }

  /** One pass per minute, for this number of minutes. */
  lookFor(minutes: number): void {
    for (let minute = 1; minute <= minutes; minute++)
      this.#world.kernel.after(minute * MINUTE, () => this.#caretakerPass());
  }

  operate({ operation, input }: Pick<Operate, 'operation' | 'input'>): void {
    this.#asking++;
    const done = () => {
      this.#asking--;
    };
    void this.#ask(operation, input, 1).then(done, done);
  }

  /** A deployment resets mapping and rule to the template, or leaves them unchanged. */
  deploy(): void {
    const { sim } = this.#world;
    const fault = sim.faults.draw('deployment');
    sim.trace.note('deployed', fault ?? '');
    if (fault === undefined) return;
    this.excuseUntil(sim.kernel.now);
    if (fault === 'rule-on') this.switches.isIntakeEnabled = true;
    else this.switches.setConsuming(fault === 'mapping-on');
  }

  /** Whether the operator got the answer that it is done. */
  wasDone({ input }: Pick<Operate, 'input'>): boolean {
    return this.#done.has(input);
  }

  /** Deliveries stop for a while; commercetools reports it a little later. */
  stopDelivery(milliseconds: number): void {
    const { kernel } = this.#world;
    this.undelivered = { from: kernel.now, to: kernel.now + milliseconds };
  }

  /** Nothing waits, runs or is held back any more. */
  async isAtRest(): Promise<boolean> {
    return (await this.unrest()).length === 0;
  }

  /** Everything that still waits, runs or is held back. */
  async unrest(): Promise<readonly string[]> {
    const world = this.#world;
    const { stores } = world;
    const queues = [world.ingest, world.routeQueue, world.handlerQueue, this.ticks];
    const waiting = queues.filter(({ size }) => size > 0).map(({ name, size }) => `${name} ${size}`);
    if (this.#asking > 0) waiting.push(`${this.#asking} commands`);
    if (this.switches.isChanging) waiting.push('the mapping changes');
    if (!this.switches.isConsuming) waiting.push('the mapping is off');
    if (!this.switches.isIntakeEnabled) waiting.push('the rule is off');
    if (waiting.length > 0) return waiting;
    const [open, switches, intake, watch, recorded] = await Promise.all([
      stores.runs.open(),
      stores.settings.handler(HANDLER_ID).read(),
      stores.settings.intake().read(),
      stores.settings.watch().read(),
      this.#recorded(),
    ]);
    for (const { mode, status } of open) waiting.push(`run ${mode} ${status}`);
    if (switches.value.breaker) waiting.push(`breaker ${switches.value.breaker.state}`);
    if (intake.value.replay) waiting.push('a replay to come');
    if (recorded > 0) waiting.push(`${recorded} recorded`);
    const { lostFrom, recoveredAt, repaired } = watch.value;
    // A daily watch does not count: at that interval the lost changes are left to a schedule.
    const isWatched = this.care.watchSeconds < 3_600;
    if (isWatched && lostFrom !== undefined && (recoveredAt === undefined || repaired.length === 0))
      waiting.push('an interval to repair');
    return waiting;
  }

  /** The operator leaves nothing switched off. */
  async restore(): Promise<void> {
    const { stores } = this.#world;
    const { value: switches } = await stores.settings.handler(HANDLER_ID).read();
    const { value: intake } = await stores.settings.intake().read();
    if (intake.stopped || intake.catchUpFrom !== undefined)
      this.operate({ operation: 'intake.start', input: {} });
    if (switches.mode === 'prepare') this.operate({ operation: 'handler.mode', input: { mode: 'process' } });
    else if ((await this.#recorded()) > 0) this.operate({ operation: 'record.process', input: {} });
    if (switches.paused) this.operate({ operation: 'handler.resume', input: {} });
    for (const run of await stores.runs.open())
      if (run.status === 'paused') this.operate({ operation: 'run.resume', input: { runId: run.id } });
  }

  /** All runs of the schedule, the latest first. */
  async runs(): Promise<readonly Run[]> {
    return (await this.#world.stores.runs.list({ limit: 1_000 })).items;
  }

  async hasFinished({ mode, options, since }: Closing): Promise<boolean> {
    return (await this.runs()).some(
      (run) =>
        run.mode === mode &&
        run.status === 'finished' &&
        run.options.dryRun !== true &&
        (options['force'] !== true || run.options.force === true) &&
        run.createdAt >= (since === undefined ? this.healedAt : START + since),
    );
  }

  async #groupOf(cause: string): Promise<string> {
    const groups = await this.#world.stores.failures.groups({ handlerId: HANDLER_ID, projectKey: PROJECT });
    return groups.find(({ code }) => code === cause)?.group ?? cause;
  }

  /** What `process` would send: an excluded customer waits until it is named. */
  async #recorded(): Promise<number> {
    const scope = { handlerId: HANDLER_ID, projectKey: PROJECT };
    const { items } = await this.#world.stores.pending.list(scope, { limit: 1_000 });
    const rows = this.#world.rowsById();
    return items.filter(({ id, kind }) => kind === 'DELETE' || rows.get(id)?.isSkipped !== true).length;
  }

  async #minute(): Promise<void> {
    const { kernel, faults } = this.#world.sim;
    const fault = faults.draw('minute');
    if (fault !== 'missed') kernel.after(fault === 'late' ? 30_000 : 0, () => this.#caretakerPass());
    if (fault === 'twice') kernel.after(700, () => this.#caretakerPass());
    if (this.healedAt > 0 && this.#asking === 0) await this.restore();
    const isOver = this.healedAt > 0 && kernel.now >= this.caresUntil && (await this.isAtRest());
    if (!isOver) kernel.after(this.plan.careEvery, () => void this.#minute());
  }

  #caretakerPass(): void {
    const { sim } = this.#world;
    invokeDirectly(sim, this.caretaker, 'minute', (invocation) =>
      careOf(this.#world, this, invocation),
    ).catch(() => {
      // The caretaker runs again in a minute.
    });
  }

  /** Repeats the request until it is done or finally refused. */
  async #ask(operation: Operate['operation'], input: Operate['input'], times: number): Promise<void> {
    const { sim } = this.#world;
    const again = times < MOST_ASKED;
    let answered = 'no answer';
    try {
      const named = await this.#named(operation, input);
      const answer = await invokeDirectly(sim, this.control, operation, (invocation) =>
        controlOf(this.#world, this, invocation, { operation, input: named }),
      );
      answered = answer.ok ? 'ok' : answer.error.code;
      sim.reach.hit(`operator: ${operation} ${answered}`);
      const isDone = answer.ok && !isOwed(answer.output);
      if (isDone) this.#done.add(input);
      if (isDone || (!answer.ok && !isPassing(answer.error.kind, answered))) return;
    } catch {
      // Crashed, or the answer was lost.
    } finally {
      sim.trace.note('operated', operation, answered, times);
    }
    if (!again) return;
    await new Promise<void>((resolve) => this.#world.kernel.after(ASK_AGAIN_MS, resolve));
    await this.#ask(operation, input, times + 1);
  }

  /** The handler or the latest run, as the operation requires. */
  async #named(operation: string, input: Operate['input']): Promise<Operate['input']> {
    if (operation.startsWith('intake.')) return input;
    const { cause, ...rest } = input;
    if (cause !== undefined)
      return { handler: HANDLER_ID, ...rest, group: await this.#groupOf(String(cause)) };
    if (!operation.startsWith('run.') || operation === 'run.start') return { handler: HANDLER_ID, ...input };
    const [latest] = await this.runs();
    return { runId: latest?.id ?? '00000000-0000-7000-8000-000000000000', ...input };
  }
}

/** Done, except for messages that the queue refused. */
function isOwed(output: unknown): boolean {
  return JSON.stringify(output).includes('with its next change');
}

/** A repeated request can succeed. */
function isPassing(kind: string, code: string): boolean {
  return kind === 'unavailable' || code === 'RUN_STATUS' || code === 'SETTING_BUSY';
}
