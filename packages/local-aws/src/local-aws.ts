import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEvents } from './events/events.ts';
import { startGateway } from './gateway.ts';
import { withTraceHeaders } from './lambda/trace-headers.ts';
import { createLogs } from './logs.ts';
import { Metrics } from './metric-store.ts';
import { createMonitoring } from './monitoring/monitoring.ts';
import type { Gateway } from './parts.ts';
import { repeatGently } from './repeat-gently.ts';
import { createSecretsManager } from './secrets-manager.ts';
import type { QueueDepth } from './sqs/queue-depths.ts';
import { recordQueueMetrics } from './sqs/queue-metrics.ts';
import { createSqs } from './sqs/sqs.ts';
import { createSsm } from './ssm.ts';
import { createSts } from './sts.ts';

export interface LocalAwsOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly region: string;
  /** Of the fault hooks and of the jitter between delivery attempts; 1 unless told. */
  readonly seed?: number;
  /** An alarm's period here as a part of its period in the template; 1/60 unless told: five minutes take five seconds. */
  readonly alarmPeriodScale?: number;
}

export interface LocalAws {
  readonly gateway: Gateway;
  readonly metrics: Metrics;
  /** Events on their way from a bus to a target, retries included. */
  pendingDeliveries(): number;
  /** Every queue with its messages ready, delayed and in flight. */
  queueDepths(): Promise<QueueDepth[]>;
  /** By the name of a queue: the body of every message, delayed and in flight too. Nothing is received by it. */
  queueBodies(): Promise<Record<string, string[]>>;
  /** Deletes what has expired in every table with time to live; answers how many items that were. Runs by itself too. */
  sweepExpired(): Promise<number>;
  /** Takes the queues' gauges and judges every alarm, as of now unless told. Runs by itself too. */
  evaluateAlarms(now?: Date): Promise<void>;
  /** Alarms with a metric that never had a point: a misspelt name, or a path that nothing went. */
  alarmsWithoutData(): string[];
  /** Ends what was started here; stop the `lambda` part first, it still receives. */
  stop(): Promise<void>;
}

/** Every service but `lambda`, which registers itself on the gateway. */
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
    // A gauge taken at this very moment belongs to the period that ends with it.
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
