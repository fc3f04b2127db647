import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type LocalAws, startLocalAws } from '@fluent-connector/local-aws';
import { createLambdaService, type LambdaService } from '@fluent-connector/local-aws/lambda/index';
import { type Gateway, host, type JsonObject } from '@fluent-connector/local-aws/parts';
import { repeatGently } from '@fluent-connector/local-aws/repeat-gently';
import { type DeployedStack, deployStack } from '@fluent-connector/local-aws/template/deploy';
import {
  type CommercetoolsTwin,
  type PartnerBus,
  startCommercetoolsTwin,
} from '@fluent-connector/twins/commercetools';
import { type FluentTwin, startFluentTwin } from '@fluent-connector/twins/fluent';
import type { CommercetoolsConnection, FluentConnection } from '../../lambdas/core/base/connection.ts';
import { forRealSystems, type RealSystems } from '../../lib/config/real-systems.ts';
import { parseStage, type StageConfig } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';
import { type Control, createControl, createInvoker } from './embedded-control.ts';
import { synthesize } from './synthesize.ts';

export interface EmbeddedOptions {
  /** 0: any free port. */
  readonly ports: { readonly commercetools: number; readonly fluent: number; readonly aws: number };
  /** Of every random choice of the twins. */
  readonly seed?: number;
  /** Folder of the functions' logs; absent = kept in memory only. */
  readonly logFolder?: string;
  /** Real systems: the functions speak to these instead of the twins, which start all the same. */
  readonly real?: {
    /** Only read; the subscription is made in the twin, which has the same project key then. */
    readonly commercetools?: { readonly projectKey: string; readonly connection: CommercetoolsConnection };
    readonly fluent?: { readonly retailerId: string; readonly connection: FluentConnection };
  };
  /**
   * Pause between two minutes of the caretaker, in milliseconds, for whoever does not want to wait for whole ones: after an
   * outage the breaker needs a few. Absent = the template's clock alone.
   */
  readonly caretakerEveryMs?: number;
  /**
   * Folder, from the project's on, with what somebody who extends the connector adds or changes: `lambdas/routes.ts`,
   * `lambdas/handlers/<name>/handler.ts`, `lib/config/stages.ts`. Its files lie over the project's own.
   */
  readonly extension?: string;
  /** Told before each step that takes a while. */
  readonly onStep?: (step: string) => void;
}

/** The whole connector on one machine: the template that deploys, with twins in place of the two systems. */
export interface EmbeddedConnector {
  readonly config: StageConfig;
  readonly aws: LocalAws;
  readonly lambda: LambdaService;
  readonly stack: DeployedStack;
  readonly commercetools: CommercetoolsTwin;
  readonly fluent: FluentTwin;
  /** Asks the control function, through the SDK's client and the schemas of both sides. */
  readonly control: Control;
  /** One minute of the caretaker, now; the clock of the template goes on beside it. Resolves when it has ended. */
  tickCaretaker(): Promise<void>;
  /**
   * Messages that wait or are worked on. Left out: dead-letter queues, and ticks that are put off, because a run that only
   * waits has nothing on its way.
   */
  waiting(): Promise<number>;
  /** Waits until nothing is on its way any more, or for `limitMs`; answers how many messages still are: 0 = quiet. */
  quiet(limitMs: number, onWait?: (waiting: number) => void): Promise<number>;
  stop(): Promise<void>;
}

export async function startEmbeddedConnector(options: EmbeddedOptions): Promise<EmbeddedConnector> {
  const { ports, seed = 1, extension, onStep = () => undefined } = options;
  const realSystems = keysOf(options.real ?? {});
  const config = parseStage('local', forRealSystems(await stagesOf(extension), realSystems));
  const region = config.env?.region ?? 'eu-central-1';
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    onStep('synthesizing the stack (stage local)');
    const assembly = await synthesize('local', options.real ? { realSystems } : {}, extension);
    onStep('starting the embedded AWS and both twins');
    const aws = await startLocalAws({ port: ports.aws, region, seed });
    stops.push(() => aws.stop());
    // Only now: when a port was taken, the logs may be those of a running connector.
    if (options.logFolder !== undefined) rmSync(options.logFolder, { recursive: true, force: true });
    const lambda = createLambdaService({
      gateway: aws.gateway,
      metrics: aws.metrics,
      ...(options.logFolder !== undefined && { logFolder: options.logFolder }),
    });
    stops.push(() => lambda.stop());
    const { projectKey } = config.commercetools;
    const bus = partnerBus(aws.gateway);
    const commercetools = await startCommercetoolsTwin({ port: ports.commercetools, projectKey, bus, seed });
    stops.push(() => commercetools.stop());
    const fluent = await startFluentTwin({ port: ports.fluent, accountId: 'LOCAL', seed });
    stops.push(() => fluent.stop());
    await seedSecrets(aws.gateway, [
      [
        config.commercetools.secret,
        options.real?.commercetools?.connection ?? commercetools.connection('runtime'),
      ],
      [config.commercetools.subscriptionSecret, commercetools.connection('subscription')],
      [config.fluent.secret, options.real?.fluent?.connection ?? fluent.connection()],
      ...canarySecret(config, commercetools),
    ]);
    onStep('deploying the template');
    const stackName = `commercetools-fluent-${config.stage}`;
    const stack = await deployStack({ assembly, stackName, gateway: aws.gateway });
    const invoker = createInvoker(aws.gateway.url, region);
    stops.push(async () => invoker.end());
    const control = createControl(invoker, nameOf(stack, /^OperatorControlFunction[0-9A-F]{8}$/), 'local');
    const caretaker = nameOf(stack, /^CareCaretakerFunction[0-9A-F]{8}$/);
    const tickCaretaker = async () => void (await invoker.invoke(caretaker, { source: 'local' }));
    if (options.caretakerEveryMs !== undefined) {
      const clock = repeatGently('caretaker', tickCaretaker, options.caretakerEveryMs);
      stops.push(() => clock.stop());
    }
    const ticks = nameOf(stack, /^RunsTicksQueue[0-9A-F]{8}$/).replace(/^.*\//, '');
    const waiting = () => countWaiting(aws, lambda, ticks);
    const quiet = (limitMs: number, onWait?: (waiting: number) => void) =>
      waitUntilQuiet({ commercetools, waiting, limitMs, onWait });
    return {
      ...{ config, aws, lambda, stack, commercetools, fluent },
      ...{ control, tickCaretaker, waiting, quiet, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const projectFolder = join(import.meta.dirname, '../..');

/** The functions' logs of the last run of this kind: the first port of `npm start`, or the demo. None empties another's. */
export function logFolder(of: number | 'demo'): string {
  return join(projectFolder, '.local/logs', String(of));
}

/** commercetools' side of EventBridge: it speaks to the same service as everybody, as a partner. */
export function partnerBus(gateway: Gateway): PartnerBus {
  const call = (operation: string, input: JsonObject) =>
    gateway.call({ service: 'events', operation, input, caller: host });
  return {
    createSource: async (name, { accountId }) =>
      void (await call('CreatePartnerEventSource', { Name: name, Account: accountId })),
    deleteSource: async (name) => void (await call('DeletePartnerEventSource', { Name: name })),
    put: async (events) => {
      const Entries = events.map(({ source, detailType, detail, time }) => ({
        Source: source,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
        Time: time.getTime() / 1_000,
      }));
      await call('PutPartnerEvents', { Entries });
    },
  };
}

function keysOf({ commercetools, fluent }: NonNullable<EmbeddedOptions['real']>): RealSystems {
  return {
    ...(commercetools && { projectKey: commercetools.projectKey }),
    ...(fluent && { retailerId: fluent.retailerId }),
  };
}

/** The stages that the extension brings, or the project's. They are data: nothing of them is resolved from where they lie. */
async function stagesOf(extension: string | undefined): Promise<typeof stages> {
  if (extension === undefined) return stages;
  const file = join(projectFolder, extension, 'lib/config/stages.ts');
  return existsSync(file) ? (await import(pathToFileURL(file).href)).stages : stages;
}

type NamedSecret = readonly [name: string, connection: object];

/** A canary changes a customer: that needs a client of its own. */
function canarySecret(
  { commercetools: { canarySecret: name } }: StageConfig,
  twin: CommercetoolsTwin,
): NamedSecret[] {
  return name === undefined ? [] : [[name, twin.connection('canary')]];
}

/** What an operator would put into Secrets Manager before the first deploy. */
async function seedSecrets(gateway: Gateway, secrets: readonly NamedSecret[]): Promise<void> {
  for (const [Name, value] of secrets) {
    const input = { Name, SecretString: JSON.stringify(value) };
    await gateway.call({ service: 'secretsmanager', operation: 'CreateSecret', input, caller: host });
  }
}

/** Physical id of the one resource whose logical id matches. */
function nameOf(stack: DeployedStack, logicalId: RegExp): string {
  const [found, ...others] = [...stack.resources].filter(([id]) => logicalId.test(id));
  if (found && others.length === 0) return found[1].physicalId;
  throw new Error(
    `The template has ${others.length + (found ? 1 : 0)} resources like ${logicalId}, not one.`,
  );
}

async function countWaiting(aws: LocalAws, lambda: LambdaService, ticks: string): Promise<number> {
  const depths = await aws.queueDepths();
  const queued = depths
    .filter(({ queue }) => !isDeadLetterQueue(queue))
    .map(({ queue, ready, delayed, inFlight }) => ready + inFlight + (queue === ticks ? 0 : delayed));
  const { invocations, asynchronous } = lambda.inFlight();
  return queued.reduce((sum, count) => sum + count, 0) + aws.pendingDeliveries() + invocations + asynchronous;
}

/** Dead-letter queues keep what they have: nobody works on it. */
export function isDeadLetterQueue(name: string): boolean {
  return /deadletter|dlq/i.test(name);
}

interface Waiting {
  readonly commercetools: CommercetoolsTwin;
  readonly waiting: () => Promise<number>;
  readonly limitMs: number;
  readonly onWait: ((waiting: number) => void) | undefined;
}

/** Three looks in a row must see nothing: between two hops a message is nowhere for a moment. */
async function waitUntilQuiet({ commercetools, waiting, limitMs, onWait }: Waiting): Promise<number> {
  const end = Date.now() + limitMs;
  for (let quietLooks = 0; quietLooks < 3; ) {
    await commercetools.settled();
    const count = await waiting();
    quietLooks = count === 0 ? quietLooks + 1 : 0;
    onWait?.(count);
    if (count > 0 && Date.now() > end) return count;
    await sleep(150);
  }
  return 0;
}
