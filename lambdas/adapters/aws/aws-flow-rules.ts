import { type EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ConnectorError } from '../../core/base/errors.ts';
import type { FedQueue, FlowRules } from '../../core/operations/ports/flow-rules.ts';
import { sqsCall } from './sqs-call.ts';

export interface AwsFlowRulesOptions {
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
  /** Rules by the name that operators use. */
  readonly rules: Readonly<
    Record<string, { readonly arn: string; readonly busName: string; readonly name: string }>
  >;
  /** Beginning of every queue URL. */
  readonly queueUrl: string;
}

/** Errors that only a deployment fixes: the rule is gone, or the role may not read it. */
const CONFIGURATION = /AccessDenied|NotAuthorized|ResourceNotFound/;

/** EventBridge rules, and the policies of the queues that they feed. */
export function createAwsFlowRules({ eventBridge, sqs, rules, queueUrl }: AwsFlowRulesOptions): FlowRules {
  async function targetsOf(name: string) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) throw failure('RULE_UNKNOWN', `There is no rule "${name}".`);
    const command = new ListTargetsByRuleCommand({ Rule: rule.name, EventBusName: rule.busName });
    const { Targets = [] } = await eventBridge.send(command).catch((cause: unknown) => {
      const error = cause instanceof Error ? cause.name : 'Unknown';
      throw failure(`RULE_${error}`, `EventBridge did not list the targets of "${name}": ${error}.`, cause);
    });
    return Targets;
  }

  async function fed(arn: string): Promise<FedQueue> {
    const name = arn.slice(arn.lastIndexOf(':') + 1);
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl + name, AttributeNames: ['Policy'] });
    const policy = (await sqsCall(sqs.send(command))).Attributes?.['Policy'];
    return { name, arn, ...(policy && { policy }) };
  }

  return {
    arns: Object.fromEntries(Object.entries(rules).map(([name, { arn }]) => [name, arn])),
    async queuesOf(name) {
      const targets = await targetsOf(name);
      const arns = targets.flatMap(({ Arn, DeadLetterConfig }) => [Arn, DeadLetterConfig?.Arn]);
      return Promise.all(
        arns.filter((arn) => arn !== undefined && arn.split(':')[2] === 'sqs').map((arn) => fed(arn ?? '')),
      );
    },
  };
}

function failure(code: string, message: string, cause?: unknown): ConnectorError {
  const failureClass = code === 'RULE_UNKNOWN' || CONFIGURATION.test(code) ? 'configuration' : 'retry';
  return new ConnectorError({ failureClass, code }, message, { cause });
}
