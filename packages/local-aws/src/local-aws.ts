import type { Gateway } from './contract.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEvents } from './events/events.ts';
import { startGateway } from './gateway.ts';
import { withTraceHeaders } from './lambda/trace-headers.ts';
import { createLogs } from './logs.ts';
import { Metrics } from './metric-store.ts';
import { createMonitoring } from './monitoring/monitoring.ts';
import { repeatGently } from './repeat-gently.ts';
import { createSecretsManager } from './secrets-manager.ts';
import type { QueueDepth } from './sqs/queue-depths.ts';
import { recordQueueMetrics } from './sqs/queue-metrics.ts';
import { createSqs } from './sqs/sqs.ts';
import { createSsm } from './ssm.ts';
import { createSts } from './sts.ts';

export interface LocalAwsOptions {
  /** Any free port by default, or when 0. */
  readonly port?: number;
  readonly region: string;
  /** Seed of the faults and of the jitter between delivery attempts; 1 by default. */
  readonly seed?: number;
  /** Factor on the periods of alarms; 1/60 by default, so five minutes take five seconds. */
  readonly alarmPeriodScale?: number;
}

export interface LocalAws {
  readonly gateway: Gateway;
  readonly metrics: Metrics;
  /** Number of events that a rule is still delivering or retrying. */
  pendingDeliveries(): number;
  /** Counts of ready, delayed and in-flight messages of every queue. */
  queueDepths(): Promise<QueueDepth[]>;
  /**
   * Bodies of all messages by queue name, including delayed and in-flight ones. Does not receive any message.
   */
  queueBodies(): Promise<Record<string, string[]>>;
  /** Deletes expired items of every table and returns their number. Also runs every second. */
  sweepExpired(): Promise<number>;
  /** Records the queue metrics and evaluates every alarm, as of now by default. Also runs every second. */
  evaluateAlarms(now?: Date): Promise<void>;
  /**
   * Names of alarms whose metric never had a data point: the name may be misspelt, or no test reached that
   * code.
   */
  alarmsWithoutData(): string[];
  /** Stops all services. Stop the Lambda service first: it still receives messages. */
  stop(): Promise<void>;
}

/** Starts every service except Lambda, which `createLambdaService` adds to the gateway. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const gateway = await startGateway(options);
  const metrics = new Metrics();
  const { region, accountId } = gateway;
  const sqs = await createSqs(gateway);
  const dynamodb = createDynamoDb(gateway);
  const events = createEvents(gateway, metrics, options.seed);
  const publish = events.publishAws;
  const periodScale = options.alarmPeriodScale ?? 1 / 60;
  const monitoring = createMonitoring({ region, accountId, metrics, publish, periodScale });
  const services = { sqs: withTraceHeaders(sqs), dynamodb, events, monitoring };
  for (const [name, service] of Object.entries(services)) gateway.register(name, service);
  gateway.register('secretsmanager', createSecretsManager(gateway));
  gateway.register('ssm', createSsm(gateway));
  gateway.register('logs', createLogs(gateway));
  gateway.register('sts', createSts(gateway));

  async function evaluateAlarms(now = new Date()): Promise<void> {
    recordQueueMetrics(await sqs.queueDepths(), metrics, now);
    // One millisecond later, so that the period includes the metrics recorded just now.
    monitoring.evaluate(now.getTime() + 1);
  }
  const housekeeping = [
    repeatGently('time to live', () => dynamodb.sweepExpired()),
    repeatGently('alarms', () => evaluateAlarms()),
  ];

  return {
    gateway,
    metrics,
    pendingDeliveries: () => events.pendingDeliveries(),
    queueDepths: () => sqs.queueDepths(),
    queueBodies: () => sqs.queueBodies(),
    sweepExpired: () => dynamodb.sweepExpired(),
    evaluateAlarms,
    alarmsWithoutData: () => monitoring.alarmsWithoutData(),
    stop: async () => {
      await Promise.all(housekeeping.map(({ stop }) => stop()));
      events.stop();
      await sqs.stop();
      await gateway.stop();
    },
  };
}
