import { setTimeout as sleep } from 'node:timers/promises';
import { demoProject, sunrise } from '@fluent-connector/twins/commercetools';
import {
  type EmbeddedConnector,
  isDeadLetterQueue,
  logFolder,
  startEmbeddedConnector,
} from '../connector/embedded-connector.ts';
import type { Progress } from '../progress.ts';
import { customersBehind } from './behind.ts';
import { startChaos } from './chaos.ts';
import { measureLatency } from './latency.ts';
import { readLedger } from './ledger.ts';
import { awsRequests, type DemoReport } from './report.ts';
import { type Change, playScenario, type ScenarioOptions } from './scenario.ts';
import { createShop, type Shop } from './shop.ts';
import { untestedKinds } from './untested.ts';
import { verify } from './verify.ts';

export interface DemoOptions extends ScenarioOptions {
  /** Share of notifications delivered twice, 0 to 1. */
  readonly duplicates: number;
  /** Longest wait after the last change until no message is left, in seconds. */
  readonly limitSeconds: number;
  /** Cause faults in both systems and AWS, and kill workers, while the changes are made. */
  readonly chaos: boolean;
}

/** Share of notifications that are delivered out of order, and how late. */
const REORDERED = 0.05;
const OVERTAKEN_MS = 300;
/** Longest wait between two waves; messages that are left then join the next wave. */
const WAVE_LIMIT_MS = 30_000;
const CHAOS_WAVE_MS = 5_000;

/** Plays the scenario on the embedded connector, waits until no message is left and measures the result. */
export async function runDemo(options: DemoOptions, progress: Progress): Promise<DemoReport> {
  const startedAt = Date.now();
  const ports = { commercetools: 0, fluent: 0, aws: 0 };
  const connector = await startEmbeddedConnector({
    ports,
    seed: options.seed,
    logFolder: logFolder('demo'),
    // With chaos the breaker opens; this closes it within seconds.
    caretakerEveryMs: 5_000,
    onStep: (step) => progress.done(step),
  });
  try {
    const { commercetools, aws } = connector;
    for (const seed of [demoProject, { ...sunrise(), customers: [] }]) await commercetools.seed(seed);
    commercetools.faults.delivery.rates = { duplicate: options.duplicates, reorder: REORDERED };
    commercetools.faults.delayMs = OVERTAKEN_MS;
    // The test notification of the new subscription came before the bus existed, so it was not received.
    const before = commercetools.notifications().length;
    aws.gateway.resetRequests();
    const units = aws.gateway.capacity();

    const total = options.customers + options.changes;
    const shop = createShop(commercetools);
    const chaos = options.chaos ? startChaos(connector, options.seed) : undefined;
    const firstChangeAt = Date.now();
    const wait = (limitMs: number) =>
      connector.quiet(limitMs, (waiting) => progress.show(`waiting: ${waiting} messages in queues`));
    const changes = await playScenario(
      {
        shop,
        onChange: (done) => progress.show(`changing customers ${done}/${total}`),
        // With chaos, waves do not wait for each other: the messages of a killed worker are invisible for a minute.
        between: async () => void (await (chaos ? sleep(CHAOS_WAVE_MS) : wait(WAVE_LIMIT_MS))),
      },
      options,
    );
    progress.done(`${changes.length} changes made`);
    const disturbances = chaos ? await chaos.end() : {};
    const waiting = await wait(options.limitSeconds * 1_000);
    const flowMs = Date.now() - firstChangeAt;
    progress.done(
      waiting === 0 ? 'all messages processed' : `not quiet: ${waiting} messages are still in queues`,
    );
    return await report({
      connector,
      shop,
      options,
      changes,
      before,
      units,
      startedAt,
      flowMs,
      disturbances,
      waiting,
    });
  } finally {
    await connector.stop();
  }
}

interface Played {
  readonly connector: EmbeddedConnector;
  readonly shop: Shop;
  readonly options: DemoOptions;
  readonly changes: readonly Change[];
  /** Notifications before the scenario. */
  readonly before: number;
  readonly units: { readonly readUnits: number; readonly writeUnits: number };
  readonly startedAt: number;
  readonly flowMs: number;
  readonly disturbances: DemoReport['disturbances'];
  readonly waiting: number;
}

async function report(played: Played): Promise<DemoReport> {
  const { connector, shop, options, changes, before, units, startedAt, flowMs, disturbances, waiting } =
    played;
  const { aws, commercetools, fluent, lambda } = connector;
  const sent = commercetools.notifications().slice(before);
  const withFault = (name: string) => sent.filter(({ fault }) => fault === name).length;
  const notifications = sent.length + withFault('duplicate') - withFault('drop');
  const ledger = readLedger(aws.metrics);
  const { unused, denied } = aws.gateway.policyReport();
  const requests = commercetools.requests();
  const { lookup, create, update, token } = fluent.calls();
  const spent = aws.gateway.capacity();
  const depths = await aws.queueDepths();
  const calls = awsRequests(connector);
  const behind = await customersBehind(connector, changes);
  return {
    seed: options.seed,
    customers: options.customers,
    changes: changes.length,
    notifications,
    duplicates: withFault('duplicate'),
    disturbances,
    waiting,
    untested: untestedKinds(changes, ledger, fluent),
    reordered: withFault('reorder'),
    outcomes: ledger.outcomes,
    retried: ledger.retried,
    warnings: ledger.warnings,
    mismatches: verify(connector, changes, await shop.groupKeys()),
    lost: Math.max(behind.length, options.chaos ? 0 : notifications - ledger.received),
    ledgerBalanced: ledger.isBalanced && ledger.received === notifications,
    commercetoolsReads: (requests['GET /customers'] ?? 0) + (requests['GET /customers/{id}'] ?? 0),
    commercetoolsRequests: requests,
    fluentCalls: { lookup, create, update, token },
    awsRequests: calls,
    dynamoDb: {
      readUnits: spent.readUnits - units.readUnits,
      writeUnits: spent.writeUnits - units.writeUnits,
    },
    unusedGrants: unused,
    deniedCalls: denied,
    deadLetters: depths
      .filter(({ queue }) => isDeadLetterQueue(queue))
      .reduce((sum, { ready }) => sum + ready, 0),
    latencyMs: measureLatency(changes, lambda.logs()),
    flowMs,
    durationMs: Date.now() - startedAt,
    memoryMb: {
      process: Math.round(process.memoryUsage().rss / 1024 / 1024),
      peak: Math.round(process.resourceUsage().maxRSS / 1024),
      functions: Object.fromEntries(
        lambda.functions().map(({ functionName, maxHeapMb }) => [shortName(functionName), maxHeapMb]),
      ),
    },
  };
}

/** `commercetools-fluent-local-HandlercustomerHandlerFu-9CCB92700472` -> `HandlercustomerHandlerFu`. */
function shortName(functionName: string): string {
  return functionName.replace(/^commercetools-fluent-local-/, '').replace(/-[0-9A-F]{12}$/, '');
}
