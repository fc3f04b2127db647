import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ControlEnv } from '../../lambdas/control/env.ts';
import { deliverySettings } from '../../lambdas/core/delivery-settings.ts';
import { careSettings, runSettings } from '../../lambdas/core/run-settings.ts';
import { acknowledge, acknowledged } from '../acknowledged-findings.ts';
import { settingsJson } from '../settings-json.ts';
import type { StageConfig } from '../stage-config.ts';
import type { Alarms } from './alarms.ts';
import type { CommercetoolsSource } from './commercetools-source.ts';
import { type ConnectedHandlers, queuesJson } from './connected-handlers.ts';
import { grantReadSecret } from './connection-secret.ts';
import { ConnectorFunction } from './connector-function.ts';
import type { MessageQueue } from './message-queue.ts';
import type { RunFeeder } from './run-feeder.ts';
import type { StateTable } from './state-table.ts';

export interface ControlProps {
  readonly folder: string;
  readonly source: CommercetoolsSource;
  readonly handlers: ConnectedHandlers;
  readonly runs: RunFeeder;
  /** The queues beside those of the handlers, by the names that the operator uses. */
  readonly queues: Readonly<Record<string, MessageQueue>>;
  readonly table: StateTable;
  readonly config: StageConfig;
  readonly alarms: Alarms;
}

/** The operator's one door: a function that IAM alone opens. No URL, no resource policy, nothing public. */
export class Control extends Construct {
  readonly function: ConnectorFunction<ControlEnv>;

  constructor(scope: Construct, id: string, props: ControlProps) {
    super(scope, id);
    const { source, handlers, runs, queues, table, config } = props;
    this.function = new ConnectorFunction<ControlEnv>(this, 'Control', {
      folder: props.folder,
      name: 'control',
      impact: 'Operators can neither see nor steer the connector. Changes keep flowing.',
      environment: this.#environment(props),
      timeoutSeconds: 60,
      memoryMb: 512,
      invokedBy: 'caller',
      functionName: controlFunctionName(config.stage),
      config,
      alarms: props.alarms,
    });
    table.grantKeep(this.function);
    table.grantList(this.function);
    handlers.grantAsk(this.function);
    handlers.grantSwitch(this.function);
    source.grantSwitch(this.function);
    source.grantReplay(this.function);
    source.subscriber.grantInvoke(this.function);
    runs.grantTick(this.function);
    for (const queue of Object.values(queues)) queue.grantDesk(this.function);
    handlers.grantDesk(this.function);
    grantReadSecret(this, this.function, config.commercetools.secret);
    // GetMetricData knows no resources.
    this.function.allow(['cloudwatch:GetMetricData'], '*');
    acknowledge(this, [...acknowledged.replay, ...acknowledged.metricData]);
    new CfnOutput(this, 'FunctionName', {
      description: 'The operator’s door: npm run connector -- --stage <stage>',
      value: this.function.function.functionName,
    });
  }

  #environment({ source, handlers, runs, queues, table, config }: ControlProps): ControlEnv {
    const stack = Stack.of(this);
    return {
      STAGE: config.stage,
      PROJECT_KEY: config.commercetools.projectKey,
      TABLE_NAME: table.table.tableName,
      HANDLERS: handlers.json(stack),
      QUEUES: queuesJson(stack, queues),
      TICK_QUEUE_URL: runs.ticks.queue.queueUrl,
      PARTNER_BUS_NAME: source.bus.eventBusName,
      PARTNER_BUS_ARN: source.bus.eventBusArn,
      PARTNER_RULE_NAME: source.rule.ruleName,
      PARTNER_RULE_ARN: source.rule.rule.ruleArn,
      ARCHIVE_ARN: source.archive.archiveArn,
      SUBSCRIPTION_FUNCTION: source.subscriber.function.functionName,
      SUBSCRIPTION: stack.toJsonString(source.subscription),
      COMMERCETOOLS_SECRET: config.commercetools.secret,
      DELIVERY_SETTINGS: settingsJson(deliverySettings, config.delivery),
      RUN_SETTINGS: settingsJson(runSettings, config.runs),
      CARE_SETTINGS: settingsJson(careSettings, config.care),
    };
  }
}

/** Known beforehand: the command line finds it by the name of the stage. */
export function controlFunctionName(stage: string): string {
  return `commercetools-fluent-${stage}-control`;
}
