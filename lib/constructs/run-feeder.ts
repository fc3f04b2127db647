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
import { grantReadSecret } from './connection-secret.ts';
import { ConnectorFunction, type FunctionGrants } from './connector-function.ts';
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
 * What keeps runs going: a queue of ticks, and the function that puts one page of a run into the handlers' queues and then
 * sends itself the next tick. The one permitted loop of the stack.
 */
export class RunFeeder extends Construct {
  readonly ticks: MessageQueue;
  readonly function: ConnectorFunction<RunFeederEnv>;

  constructor(scope: Construct, id: string, props: RunFeederProps) {
    super(scope, id);
    const { handlers, table, config, alarms } = props;
    const timeoutSeconds = config.functions.feederTimeoutSeconds;
    const impact = 'Runs stand still: no full or incremental run, no reconcile. Live changes keep flowing.';
    this.ticks = new MessageQueue(this, 'Ticks', {
      name: 'ticks',
      impact,
      visibilitySeconds: flowVisibilitySeconds(timeoutSeconds),
      maxReceiveCount: flowMaxReceiveCount,
      // A tick may be put off for 15 minutes, and that is no fault.
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
    this.grantTick(this.function);
    table.grantKeep(this.function);
    table.grantList(this.function);
    table.grantScan(this.function);
    handlers.grantAsk(this.function);
    handlers.grantSend(this.function);
    handlers.grantDepth(this.function);
    handlers.grantRemoveCopies(this.function);
    grantReadSecret(this, this.function, config.commercetools.secret);
    this.#addAlarms(alarms);
  }

  /** May start a run, or wake one up. */
  grantTick(to: FunctionGrants): void {
    this.ticks.grantSend(to);
  }

  #addAlarms(alarms: Alarms): void {
    alarms.add({
      name: 'drift',
      impact:
        'Customers changed in commercetools and their changes never arrived; reconciles queue them again.',
      // Two in a row: a customer that changes while a reconcile runs is no loss.
      metric: businessMetric('Drift', name, Duration.minutes(15)),
      threshold: 1,
      periods: 2,
    });
    alarms.add({
      name: 'differences',
      impact: 'Customers in Fluent differ from commercetools although nothing waits for them.',
      metric: businessMetric('Differences', name),
      threshold: 1,
    });
    alarms.add({
      name: 'runs-failed',
      impact: 'A run ended before its last page. What it already sent is done; the rest is not.',
      metric: businessMetric('RunsFailed', name),
      threshold: 1,
    });
  }
}
