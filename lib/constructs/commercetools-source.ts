import { Aws, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type Archive, EventBus, type EventPattern, Match } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { SubscriptionEnv, SubscriptionProperties } from '../../lambdas/subscription/env.ts';
import type { StageConfig } from '../config/stage-config.ts';
import type { Alarms } from './alarms.ts';
import { ConnectorFunction } from './connector-function.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { FunctionGrants } from './function-grants.ts';
import type { MessageQueue } from './message-queue.ts';
import { QueueRule } from './queue-rule.ts';

const sourcePrefix = 'aws.partner/commercetools.com/';

export interface CommercetoolsSourceProps {
  /** Folder of the subscription function. */
  readonly folder: string;
  /** Resource types whose changes are subscribed. */
  readonly resourceTypes: readonly string[];
  readonly target: MessageQueue;
  readonly config: StageConfig;
  readonly alarms: Alarms;
}

/** The source of all changes: a subscription in commercetools, its partner event bus, the archive, and the rule to the ingest queue. */
export class CommercetoolsSource extends Construct {
  readonly rule: QueueRule;
  readonly bus: EventBus;
  readonly archive: Archive;
  /** Manages the subscription in commercetools, for CloudFormation and for the operations functions. */
  readonly subscriber: ConnectorFunction<SubscriptionEnv>;
  /** The properties that CloudFormation passes to that function. */
  readonly subscription: SubscriptionProperties;

  constructor(scope: Construct, id: string, props: CommercetoolsSourceProps) {
    super(scope, id);
    const { config, alarms } = props;
    this.subscription = this.#properties(props);
    this.subscriber = this.#subscriber(props);
    const subscription = new CustomResource(this, 'Subscription', {
      resourceType: 'Custom::CommercetoolsSubscription',
      serviceToken: this.subscriber.function.functionArn,
      // Longer than the function can run; by default a deployment would wait for an hour after a crash.
      serviceTimeout: Duration.seconds(300),
      properties: this.subscription,
    });

    const partnerBus = new EventBus(this, 'PartnerBus', { eventSourceName: this.#eventSourceName(config) });
    // The bus needs the event source, which commercetools creates with the subscription.
    partnerBus.node.addDependency(subscription);
    const removalPolicy = config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    subscription.applyRemovalPolicy(removalPolicy);
    // EventBridge drops events of a source without a bus: in production the bus outlives the stack.
    partnerBus.applyRemovalPolicy(removalPolicy);

    // Matches the resource type: commercetools does not document the detail-type of change notifications.
    const fromCommercetools: EventPattern = {
      account: [Stack.of(this).account],
      source: Match.prefix(sourcePrefix),
    };
    this.bus = partnerBus;
    this.archive = partnerBus.archive('Archive', {
      eventPattern: fromCommercetools,
      retention: Duration.days(config.archiveDays),
    });
    this.archive.applyRemovalPolicy(removalPolicy);
    this.rule = new QueueRule(this, 'Rule', {
      name: 'partner-rule',
      bus: partnerBus,
      pattern: { ...fromCommercetools, detail: { resource: { typeId: [...props.resourceTypes] } } },
      target: props.target,
      impact: 'Changes from commercetools do not reach the connector.',
      alarms,
    });
  }

  /** May read, disable and enable the intake of changes. */
  grantSwitch(to: FunctionGrants): void {
    to.allow(['events:DescribeRule', 'events:DisableRule', 'events:EnableRule'], this.rule.rule.ruleArn);
  }

  /** May replay the archive. The name of a replay is given at its start; it may read this archive only. */
  grantReplay(to: FunctionGrants): void {
    to.allow(['events:StartReplay'], this.archive.archiveArn);
    // Always pseudo parameters: the acknowledged finding names the ARN in this form.
    const replays = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:replay/*`;
    to.allow(['events:StartReplay'], replays);
  }

  #subscriber({ folder, config, alarms }: CommercetoolsSourceProps): ConnectorFunction<SubscriptionEnv> {
    const { subscriptionSecret } = config.commercetools;
    const impact =
      'A deployment waits for its answer and then rolls back; the health of the subscription is unknown. Changes keep flowing.';
    const subscriber = new ConnectorFunction<SubscriptionEnv>(this, 'Subscriber', {
      folder,
      name: 'subscription',
      impact,
      environment: { COMMERCETOOLS_SECRET: subscriptionSecret },
      timeoutSeconds: 180,
      memoryMb: 256,
      invokedBy: {
        deadLetters: new DeadLetterQueue(this, 'SubscriberDeadLetters', {
          name: 'subscription',
          impact,
          alarms,
        }).queue,
      },
      config,
      alarms,
    });
    subscriber.allowReadSecret(subscriptionSecret);
    subscriber.allow(
      ['events:DescribeEventSource'],
      Stack.of(this).formatArn({
        service: 'events',
        account: '',
        resource: 'event-source',
        resourceName: this.#eventSourceName(config),
      }),
    );
    return subscriber;
  }

  #properties({ resourceTypes, config }: CommercetoolsSourceProps): SubscriptionProperties {
    const { account, region } = Stack.of(this);
    const { projectKey, subscriptionKey } = config.commercetools;
    return { projectKey, subscriptionKey, accountId: account, region, resourceTypes: [...resourceTypes] };
  }

  /** commercetools builds it from project and key, so it is known before the subscription exists. */
  #eventSourceName({ commercetools }: StageConfig): string {
    return `${sourcePrefix}${commercetools.projectKey}/${commercetools.subscriptionKey}`;
  }
}
