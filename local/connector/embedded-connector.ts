import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  createLambdaService,
  type DeployedStack,
  deployStack,
  type Gateway,
  host,
  type JsonObject,
  type LambdaService,
  type LocalAws,
  repeatGently,
  startLocalAws,
} from '@fluent-connector/local-aws';
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
  /** Seed of every random choice of the twins. Default: 1. */
  readonly seed?: number;
  /** Folder for the functions' logs; absent = in memory only. */
  readonly logFolder?: string;
  /** Real systems, which the functions call instead of the twins. The twins start too. */
  readonly real?: {
    /** Read only. The subscription is created in the twin, which gets the same project key. */
    readonly commercetools?: { readonly projectKey: string; readonly connection: CommercetoolsConnection };
    readonly fluent?: { readonly retailerId: string; readonly connection: FluentConnection };
  };
  /**
   * Runs the caretaker this often, in milliseconds, besides once a minute: after an outage the breaker needs several passes.
   * Absent = once a minute only.
   */
  readonly caretakerEveryMs?: number;
  /**
   * Folder, relative to the project, whose files replace or extend the project's: `lambdas/routes.ts`,
   * `lambdas/handlers/<name>/handler.ts`, `lib/config/stages.ts`.
   */
  readonly extension?: string;
  /** Called before each slow step. */
  readonly onStep?: (step: string) => void;
}

/** The whole connector on one machine: the template that deploys, with twins instead of the two systems. */
export interface EmbeddedConnector {
  readonly config: StageConfig;
  readonly aws: LocalAws;
  readonly lambda: LambdaService;
  readonly stack: DeployedStack;
  readonly commercetools: CommercetoolsTwin;
  readonly fluent: FluentTwin;
  /** Calls the control function through the SDK, with the schemas of its operations. */
  readonly control: Control;
  /** Runs one caretaker pass now, besides the scheduled ones. Resolves when it has ended. */
  tickCaretaker(): Promise<void>;
  /**
   * Number of messages that wait or are in work, without dead-letter queues and delayed run steps: a run that only waits
   * has nothing to deliver.
   */
  waiting(): Promise<number>;
  /** Waits until no message is left, at most `limitMs`; returns the number of messages left: 0 = quiet. */
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
    onStep('synthesizing the CDK stack (stage local; about a minute the first time)');
    const assembly = await synthesize('local', options.real ? { realSystems } : {}, extension);
    onStep('starting the embedded AWS, the commercetools twin and the Fluent twin');
    const aws = await startLocalAws({ port: ports.aws, region, seed });
    stops.push(() => aws.stop());
    // Only after AWS has its port: otherwise the logs can belong to a connector that runs.
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
    onStep('deploying the stack into the embedded AWS');
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

/** Folder of the functions' logs: one per first port of `npm start`, and one for the demo. A start empties only its own. */
export function logFolder(name: number | 'demo'): string {
  return join(projectFolder, '.local/logs', String(name));
}

/** commercetools' side of EventBridge: calls the embedded service as a partner. */
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

/** The stages of the extension, or of the project. */
async function stagesOf(extension: string | undefined): Promise<typeof stages> {
  if (extension === undefined) return stages;
  const file = join(projectFolder, extension, 'lib/config/stages.ts');
  return existsSync(file) ? (await import(pathToFileURL(file).href)).stages : stages;
}

type NamedSecret = readonly [name: string, connection: object];

/** A canary changes a customer, so it needs its own client. */
function canarySecret(
  { commercetools: { canarySecret: name } }: StageConfig,
  twin: CommercetoolsTwin,
): NamedSecret[] {
  return name === undefined ? [] : [[name, twin.connection('canary')]];
}

/** Creates the secrets that an operator creates before the first deployment. */
async function seedSecrets(gateway: Gateway, secrets: readonly NamedSecret[]): Promise<void> {
  for (const [Name, value] of secrets) {
    const input = { Name, SecretString: JSON.stringify(value) };
    await gateway.call({ service: 'secretsmanager', operation: 'CreateSecret', input, caller: host });
  }
}

/** Physical id of the only resource whose logical id matches. */
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

/** Messages in dead-letter queues wait for an operator. */
export function isDeadLetterQueue(name: string): boolean {
  return /deadletter|dlq/i.test(name);
}

interface Waiting {
  readonly commercetools: CommercetoolsTwin;
  readonly waiting: () => Promise<number>;
  readonly limitMs: number;
  readonly onWait: ((waiting: number) => void) | undefined;
}

/** Three polls in a row must find nothing: between two queues a message is invisible for a moment. */
async function waitUntilQuiet({ commercetools, waiting, limitMs, onWait }: Waiting): Promise<number> {
  const end = Date.now() + limitMs;
  for (let quietPolls = 0; quietPolls < 3; ) {
    await commercetools.settled();
    const count = await waiting();
    quietPolls = count === 0 ? quietPolls + 1 : 0;
    onWait?.(count);
    if (count > 0 && Date.now() > end) return count;
    await sleep(150);
  }
  return 0;
}
