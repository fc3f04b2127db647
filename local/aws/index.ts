import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEvents } from './events/events.ts';
import { startGateway } from './gateway.ts';
import { Metrics } from './metric-store.ts';
import type { Gateway } from './parts.ts';
import { createSecretsManager } from './secrets-manager.ts';
import type { QueueDepth } from './sqs/queue-depths.ts';
import { createSqs } from './sqs/sqs.ts';
import { createSts } from './sts.ts';

export interface LocalAws {
  readonly gateway: Gateway;
  readonly metrics: Metrics;
  /** Events on their way from a bus to a target, retries included. */
  pendingDeliveries(): number;
  /** Every queue with its messages ready, delayed and in flight. */
  queueDepths(): Promise<QueueDepth[]>;
  /** Deletes what has expired in every table with time to live; answers how many items that were. */
  sweepExpired(): Promise<number>;
  stop(): Promise<void>;
}

/** Every service but `lambda`, which registers itself on the gateway. */
export async function startLocalAws(options: {
  port?: number;
  region: string;
  seed?: number;
}): Promise<LocalAws> {
  const gateway = await startGateway(options);
  const sqs = await createSqs(gateway);
  const metrics = new Metrics();
  const events = createEvents(gateway, metrics, options.seed);
  const dynamodb = createDynamoDb(gateway);
  gateway.register('sqs', sqs);
  gateway.register('dynamodb', dynamodb);
  gateway.register('events', events);
  gateway.register('sts', createSts(gateway));
  gateway.register('secretsmanager', createSecretsManager(gateway));
  return {
    gateway,
    metrics,
    pendingDeliveries: () => events.pendingDeliveries(),
    queueDepths: () => sqs.queueDepths(),
    sweepExpired: () => dynamodb.sweepExpired(),
    stop: async () => {
      events.stop();
      dynamodb.stop();
      await sqs.stop();
      await gateway.stop();
    },
  };
}
