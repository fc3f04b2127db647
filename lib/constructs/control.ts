import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ControlEnv } from '../../lambdas/control/env.ts';
import type { Alarms } from './alarms.ts';
import type { Caretaker } from './caretaker.ts';
import { acknowledge, acknowledged } from './checks/acknowledged-findings.ts';
import { queuesJson } from './connected-handlers.ts';
import { ConnectorFunction } from './connector-function.ts';
import type { MessageQueue } from './message-queue.ts';
import {
  grantOperationsAccess,
  type OperationsAccessProps,
  operationsEnvironment,
} from './operations-access.ts';
import type { QueueRule } from './queue-rule.ts';

export interface ControlProps extends OperationsAccessProps {
  readonly folder: string;
  /** All queues except the handlers', by the names that operators use. */
  readonly queues: Readonly<Record<string, MessageQueue>>;
  readonly internalRule: QueueRule;
  readonly caretaker: Caretaker;
  readonly alarms: Alarms;
}

/** The control function, through which operators work. Only IAM grants access: it has no URL and no resource policy. */
export class Control extends Construct {
  readonly function: ConnectorFunction<ControlEnv>;

  constructor(scope: Construct, id: string, props: ControlProps) {
    super(scope, id);
    const { handlers, queues, config } = props;
    this.function = new ConnectorFunction<ControlEnv>(this, 'Control', {
      folder: props.folder,
      name: 'control',
      impact: 'Operators can neither inspect nor control the connector. Changes keep flowing.',
      environment: this.#environment(props),
      timeoutSeconds: 60,
      memoryMb: 512,
      invokedBy: 'caller',
      functionName: controlFunctionName(config.stage),
      config,
      alarms: props.alarms,
    });
    grantOperationsAccess(this.function, props);
    for (const queue of Object.values(queues)) queue.grantQueueAdmin(this.function);
    handlers.grantQueueAdmin(this.function);
    this.#grantReadRules(props);
    this.function.allowReadSecret(config.commercetools.secret);
    // GetMetricData takes no resources.
    this.function.allow(['cloudwatch:GetMetricData'], '*');
    acknowledge(this, [...acknowledged.replay, ...acknowledged.metricData]);
    new CfnOutput(this, 'FunctionName', {
      description: 'Control function of the command line: npm run connector -- --stage <stage>',
      value: this.function.function.functionName,
    });
  }

  /** May read the targets of the rules and the policies of their queues, which `doctor` compares. */
  #grantReadRules({ source, internalRule, caretaker }: ControlProps): void {
    for (const { ruleArn } of [source.rule.rule, internalRule.rule, caretaker.rule])
      this.function.allow(['events:ListTargetsByRule'], ruleArn);
    // grantQueueAdmin covers the target queues themselves.
    for (const { queueArn } of [source.rule.deadLetters, internalRule.deadLetters, caretaker.deadLetters])
      this.function.allow(['sqs:GetQueueAttributes'], queueArn);
  }

  #environment(props: ControlProps): ControlEnv {
    const { internalRule, caretaker } = props;
    return {
      ...operationsEnvironment(props),
      STAGE: props.config.stage,
      QUEUES: queuesJson(Stack.of(this), props.queues),
      RULES: Stack.of(this).toJsonString([
        `${internalRule.busName}|${internalRule.ruleName}`,
        caretaker.rule.ruleName,
      ]),
      COMMERCETOOLS_SECRET: props.config.commercetools.secret,
    };
  }
}

/** A fixed name, so that the command line finds the function by its stage. */
export function controlFunctionName(stage: string): string {
  return `commercetools-fluent-${stage}-control`;
}
