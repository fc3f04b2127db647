import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { QueueListenerEnv } from '../lambdas/queue-listener/env.ts';
import type { RouterEnv } from '../lambdas/router/env.ts';
import { routes as deployedRoutes, type Route } from '../lambdas/routes.ts';
import { handlerConfigOf, type StageConfig } from './config/stage-config.ts';
import { flowMaxReceiveCount, flowVisibilitySeconds } from './config/timing.ts';
import { Alarms } from './constructs/alarms.ts';
import { Caretaker } from './constructs/caretaker.ts';
import { CommercetoolsSource } from './constructs/commercetools-source.ts';
import { ConnectedHandlers } from './constructs/connected-handlers.ts';
import { ConnectorFunction } from './constructs/connector-function.ts';
import { Control } from './constructs/control.ts';
import { ConnectorDashboard } from './constructs/dashboard.ts';
import { Handler } from './constructs/handler-lambda.ts';
import { MessageQueue } from './constructs/message-queue.ts';
import { QueueRule } from './constructs/queue-rule.ts';
import { RunFeeder } from './constructs/run-feeder.ts';
import { StateTable } from './constructs/state-table.ts';

const lambdas = join(import.meta.dirname, '../lambdas');

export interface ConnectorStackProps {
  readonly config: StageConfig;
  /** Default: the deployed route table. Tests pass others. */
  readonly routes?: readonly Route[];
  /** Folder of a handler's code. */
  readonly handlerFolder?: (handler: string) => string;
}

/** What is deployed, in the order in which a change passes through it. */
export class ConnectorStack extends Stack {
  constructor(scope: Construct, id: string, props: ConnectorStackProps) {
    const { config, routes = deployedRoutes } = props;
    const { handlerFolder = (handler) => join(lambdas, 'handlers', handler) } = props;
    super(scope, id, {
      env: config.env,
      description: `commercetools-fluent-connector, stage ${config.stage}`,
      terminationProtection: config.retain,
      tags: { app: 'commercetools-fluent-connector', stage: config.stage },
    });
    const timeoutSeconds = config.functions.flowTimeoutSeconds;
    const flowQueue = {
      visibilitySeconds: flowVisibilitySeconds(timeoutSeconds),
      maxReceiveCount: flowMaxReceiveCount,
      maxAgeSeconds: 300,
    };
    const flowFunction = { timeoutSeconds, memoryMb: 256, config };
    const alarms = new Alarms(this, 'Alarms', { topicArn: config.alarmTopicArn });

    // commercetools -> partner bus -> ingest queue
    const ingest = new MessageQueue(this, 'Ingest', {
      ...flowQueue,
      name: 'ingest',
      impact: 'Changes from commercetools are late.',
      alarms,
    });
    const source = new CommercetoolsSource(this, 'Commercetools', {
      folder: join(lambdas, 'subscription'),
      resourceTypes: [...new Set(routes.map((route) => route.resourceType))],
      target: ingest,
      config,
      alarms,
    });

    // -> queue-listener -> internal bus
    const internalBus = new EventBus(this, 'InternalBus');
    const listener = new ConnectorFunction<QueueListenerEnv>(this, 'QueueListener', {
      ...flowFunction,
      folder: join(lambdas, 'queue-listener'),
      name: 'queue-listener',
      impact: 'Changes wait in the ingest queue.',
      environment: {
        PROJECT_KEY: config.commercetools.projectKey,
        INTERNAL_BUS_NAME: internalBus.eventBusName,
        INGEST_DLQ_URL: ingest.deadLetters.queueUrl,
      },
      alarms,
    });
    listener.consume(ingest, { batchSize: 100, windowSeconds: config.batching.ingestWindowSeconds });
    listener.allow(['events:PutEvents'], internalBus.eventBusArn);
    ingest.grantDeadLetter(listener);

    // -> route queue
    const routeQueue = new MessageQueue(this, 'Route', {
      ...flowQueue,
      name: 'route',
      impact: 'Changes of every kind are late.',
      alarms,
    });
    const internalRule = new QueueRule(this, 'InternalRule', {
      name: 'internal-rule',
      bus: internalBus,
      pattern: { detailType: routes.map((route) => route.typeId) },
      target: routeQueue,
      impact: 'Changes do not reach their handlers.',
      alarms,
    });

    // -> one FIFO queue and one function per handler, and their table
    const table = new StateTable(this, 'State', {
      retain: config.retain,
      maxWriteUnits: config.table.maxWriteUnits,
    });
    const handlers = [...new Set(routes.map((route) => route.handler))].map(
      (handler) =>
        new Handler(this, `Handler-${handler}`, {
          handler,
          folder: handlerFolder(handler),
          handlerConfig: handlerConfigOf(config, handler),
          table,
          config,
          alarms,
        }),
    );

    // route queue -> router -> those queues (created first, because the router needs their URLs)
    const router = new ConnectorFunction<RouterEnv>(this, 'Router', {
      ...flowFunction,
      folder: join(lambdas, 'router'),
      name: 'router',
      impact: 'Changes wait in the route queue.',
      environment: {
        HANDLER_QUEUE_URLS: this.toJsonString(
          Object.fromEntries(handlers.map(({ handler, queue }) => [handler, queue.queue.queueUrl])),
        ),
        ROUTE_DLQ_URL: routeQueue.deadLetters.queueUrl,
      },
      alarms,
    });
    router.consume(routeQueue, { batchSize: 100, windowSeconds: config.batching.routeWindowSeconds });
    routeQueue.grantDeadLetter(router);
    for (const { queue } of handlers) queue.grantSend(router);

    // operations: runs feed the handlers' queues, the caretaker runs once a minute, operators use control
    const connected = new ConnectedHandlers(handlers, routes, config);
    const operations = { source, handlers: connected, table, config, alarms };
    const runs = new RunFeeder(this, 'Runs', { ...operations, folder: join(lambdas, 'run-feeder') });
    const caretaker = new Caretaker(this, 'Care', {
      ...operations,
      runs,
      ingest,
      folder: join(lambdas, 'caretaker'),
    });
    const control = new Control(this, 'Operator', {
      ...operations,
      runs,
      internalRule,
      caretaker,
      queues: { ingest, route: routeQueue, runs: runs.ticks },
      folder: join(lambdas, 'control'),
    });

    new ConnectorDashboard(this, 'Overview', {
      queues: { ingest, route: routeQueue, ticks: runs.ticks },
      functions: {
        'queue-listener': listener,
        router,
        'run-feeder': runs.function,
        caretaker: caretaker.function,
        control: control.function,
      },
      handlers,
      alarms,
    });
  }
}
