import { Stack } from 'aws-cdk-lib';
import type { CaretakerEnv } from '../../lambdas/caretaker/env.ts';
import type { ControlEnv } from '../../lambdas/control/env.ts';
import { careSettings } from '../../lambdas/core/base/care-settings.ts';
import { deliverySettings } from '../../lambdas/core/delivery/delivery-settings.ts';
import { runSettings } from '../../lambdas/core/runs/run-settings.ts';
import { settingsJson } from '../config/settings-json.ts';
import type { StageConfig } from '../config/stage-config.ts';
import type { CommercetoolsSource } from './commercetools-source.ts';
import type { ConnectedHandlers } from './connected-handlers.ts';
import type { ConnectorFunction } from './connector-function.ts';
import type { RunFeeder } from './run-feeder.ts';
import type { StateTable } from './state-table.ts';

/** What the caretaker and the control function both work on. */
export interface OperationsAccessProps {
  readonly source: CommercetoolsSource;
  readonly handlers: ConnectedHandlers;
  readonly runs: RunFeeder;
  readonly table: StateTable;
  readonly config: StageConfig;
}

type Shared = { readonly [Name in keyof CaretakerEnv & keyof ControlEnv]: string };

export function operationsEnvironment({ source, handlers, table, config }: OperationsAccessProps): Shared {
  const stack = Stack.of(table);
  return {
    PROJECT_KEY: config.commercetools.projectKey,
    TABLE_NAME: table.table.tableName,
    HANDLERS: handlers.json(stack),
    PARTNER_BUS_ARN: source.bus.eventBusArn,
    PARTNER_RULE_ARN: source.rule.rule.ruleArn,
    ARCHIVE_ARN: source.archive.archiveArn,
    SUBSCRIPTION_FUNCTION: source.subscriber.function.functionName,
    SUBSCRIPTION: stack.toJsonString(source.subscription),
    DELIVERY_SETTINGS: settingsJson(deliverySettings, config.delivery),
    RUN_SETTINGS: settingsJson(runSettings, config.runs),
    CARE_SETTINGS: settingsJson(careSettings, config.care),
  };
}

/** What both may do: use the table, invoke handlers and the subscription function, set both switches, replay, start runs. */
export function grantOperationsAccess(
  to: ConnectorFunction<CaretakerEnv> | ConnectorFunction<ControlEnv>,
  { source, handlers, runs, table }: OperationsAccessProps,
): void {
  table.grantReadWrite(to);
  table.grantQuery(to);
  handlers.grantInvoke(to);
  handlers.grantSwitch(to);
  source.grantSwitch(to);
  source.grantReplay(to);
  source.subscriber.grantInvoke(to);
  runs.ticks.grantSend(to);
}
