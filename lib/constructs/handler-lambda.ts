import { Stack } from 'aws-cdk-lib';
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { careSettings } from '../../lambdas/core/base/care-settings.ts';
import { deliverySettings } from '../../lambdas/core/delivery/delivery-settings.ts';
import type { ResourceHandlerEnv } from '../../lambdas/runtime/resource/env.ts';
import { settingsJson } from '../config/settings-json.ts';
import type { HandlerConfig, StageConfig } from '../config/stage-config.ts';
import { handlerMaxReceiveCount, handlerVisibilitySeconds } from '../config/timing.ts';
import type { Alarms } from './alarms.ts';
import { businessMetric } from './business-metric.ts';
import { ConnectorFunction } from './connector-function.ts';
import { MessageQueue } from './message-queue.ts';
import type { StateTable } from './state-table.ts';

export interface HandlerProps {
  /** Id in the route table. */
  readonly handler: string;
  /** Folder that holds its handler.ts. */
  readonly folder: string;
  readonly handlerConfig: HandlerConfig;
  readonly table: StateTable;
  readonly config: StageConfig;
  readonly alarms: Alarms;
}

/** One handler instance: the FIFO queue that locks per resource, the function, its grants and its alarms. */
export class Handler extends Construct {
  readonly handler: string;
  readonly queue: MessageQueue;
  readonly function: ConnectorFunction<ResourceHandlerEnv>;
  readonly mapping: EventSourceMapping;

  constructor(scope: Construct, id: string, props: HandlerProps) {
    super(scope, id);
    const { handler, handlerConfig, table, config, alarms } = props;
    const timeoutSeconds = config.functions.handlerTimeoutSeconds;
    const impact = `Fluent does not get the latest changes that the handler "${handler}" writes.`;
    this.handler = handler;
    this.queue = new MessageQueue(this, 'Queue', {
      name: 'handler',
      subject: handler,
      impact,
      visibilitySeconds: handlerVisibilitySeconds(timeoutSeconds, config.delivery.deltaSeconds),
      maxReceiveCount: handlerMaxReceiveCount,
      maxAgeSeconds: 1800,
      fifo: { delaySeconds: handlerConfig.coalesceSeconds },
      alarms,
    });
    this.function = new ConnectorFunction<ResourceHandlerEnv>(this, 'Handler', {
      folder: props.folder,
      name: handler,
      alarmName: { name: 'handler', subject: handler },
      impact,
      environment: this.#environment(props),
      timeoutSeconds,
      memoryMb: 512,
      config,
      alarms,
    });
    this.mapping = this.function.consume(this.queue, {
      batchSize: 10,
      maxConcurrency: handlerConfig.maxConcurrency,
    });
    this.queue.grantBackoff(this.function);
    this.queue.grantDeadLetter(this.function);
    table.grantReadWrite(this.function);
    this.function.allowReadSecret(config.commercetools.secret);
    this.function.allowReadSecret(config.fluent.secret);
    alarms.add({
      name: 'handler-configuration-errors',
      subject: handler,
      impact: `A credential or a setting is refused; retries fail until it is corrected. ${impact}`,
      metric: businessMetric('ConfigurationErrors', handler),
      threshold: 1,
    });
  }

  #environment({ handler, handlerConfig, table, config }: HandlerProps): ResourceHandlerEnv {
    return {
      HANDLER_ID: handler,
      PROJECT_KEY: config.commercetools.projectKey,
      TABLE_NAME: table.table.tableName,
      QUEUE_URL: this.queue.queue.queueUrl,
      DLQ_URL: this.queue.deadLetters.queueUrl,
      COMMERCETOOLS_SECRET: config.commercetools.secret,
      FLUENT_SECRET: config.fluent.secret,
      DELIVERY_SETTINGS: settingsJson(deliverySettings, config.delivery),
      CARE_SETTINGS: settingsJson(careSettings, config.care),
      HANDLER_SETTINGS: Stack.of(this).toJsonString(handlerConfig.settings),
    };
  }
}
