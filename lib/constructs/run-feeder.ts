import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deliverySettings } from '../../lambdas/core/delivery/delivery-settings.ts';
import { runSettings } from '../../lambdas/core/runs/run-settings.ts';
import type { RunFeederEnv } from '../../lambdas/run-feeder/env.ts';
import { settingsJson } from '../config/settings-json.ts';
import type { StageConfig } from '../config/stage-config.ts';
import { flowMaxReceiveCount, flowVisibilitySeconds } from '../config/timing.ts';
import type { Alarms } from './alarms.ts';
import { businessMetric } from './business-metric.ts';
import type { ConnectedHandlers } from './connected-handlers.ts';
import { ConnectorFunction } from './connector-function.ts';
import { MessageQueue } from './message-queue.ts';
import type { StateTable } from './state-table.ts';

export interface RunFeederProps {
  readonly folder: string;
  readonly handlers: ConnectedHandlers;
  readonly table: StateTable;
  readonly config: StageConfig;
  readonly alarms: Alarms;
}

const name = 'run-feeder';

/**
 * Drives runs: a queue of ticks (run steps), and the function that sends one page of a run to the handler's queue and then
 * the next tick to itself. It is the only permitted loop of the stack.
 */
export class RunFeeder extends Construct {
  readonly ticks: MessageQueue;
  readonly function: ConnectorFunction<RunFeederEnv>;

  constructor(scope: Construct, id: string, props: RunFeederProps) {
    super(scope, id);
    const { handlers, table, config, alarms } = props;
    const timeoutSeconds = config.functions.feederTimeoutSeconds;
    const impact =
      'Runs make no progress: no full or incremental run, no reconcile. Live changes keep flowing.';
    this.ticks = new MessageQueue(this, 'Ticks', {
      name: 'ticks',
      impact,
      visibilitySeconds: flowVisibilitySeconds(timeoutSeconds),
      maxReceiveCount: flowMaxReceiveCount,
      // A tick may be delayed for up to 15 minutes on purpose.
      maxAgeSeconds: 1800,
      alarms,
    });
    this.function = new ConnectorFunction<RunFeederEnv>(this, 'Feeder', {
      folder: props.folder,
      name,
      impact,
      environment: {
        PROJECT_KEY: config.commercetools.projectKey,
        TABLE_NAME: table.table.tableName,
        HANDLERS: handlers.json(Stack.of(this)),
        TICK_QUEUE_URL: this.ticks.queue.queueUrl,
        COMMERCETOOLS_SECRET: config.commercetools.secret,
        DELIVERY_SETTINGS: settingsJson(deliverySettings, config.delivery),
        RUN_SETTINGS: settingsJson(runSettings, config.runs),
      },
      timeoutSeconds,
      memoryMb: 512,
      mayLoop: true,
      config,
      alarms,
    });
    this.function.consume(this.ticks, { batchSize: 1, maxConcurrency: 2 });
    this.ticks.grantSend(this.function);
    table.grantReadWrite(this.function);
    table.grantQuery(this.function);
    table.grantScan(this.function);
    handlers.grantInvoke(this.function);
    handlers.grantSend(this.function);
    handlers.grantReadDepth(this.function);
    handlers.grantRemoveCopies(this.function);
    this.function.allowReadSecret(config.commercetools.secret);
    this.#addAlarms(alarms);
  }

  #addAlarms(alarms: Alarms): void {
    alarms.add({
      name: 'drift',
      impact: 'Changes of customers in commercetools never arrived; reconciles queue them again.',
      // Two in a row: a customer may change while a reconcile runs.
      metric: businessMetric('Drift', name, Duration.minutes(15)),
      threshold: 1,
      periods: 2,
    });
    alarms.add({
      name: 'differences',
      impact: 'Customers in Fluent differ from commercetools although no change is waiting for them.',
      metric: businessMetric('Differences', name),
      threshold: 1,
    });
    alarms.add({
      name: 'runs-failed',
      impact: 'A run ended before its last page. The pages it sent are processed; the others are not.',
      metric: businessMetric('RunsFailed', name),
      threshold: 1,
    });
  }
}
