import { Aws, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type Archive, EventBus, type EventPattern, Match } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { SubscriptionEnv, SubscriptionProperties } from '../../lambdas/subscription/env.ts';
import type { StageConfig } from '../config/stage-config.ts';
import type { Alarms } from './alarms.ts';
import { grantReadSecret } from './connection-secret.ts';
import { ConnectorFunction, type FunctionGrants } from './connector-function.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
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

/**
 * Where changes come from: a subscription in commercetools, the partner event bus that it feeds, the archive of two
 * weeks and the rule that leads into the ingest queue.
 */
export class CommercetoolsSource extends Construct {
  readonly rule: QueueRule;
  readonly bus: EventBus;
  readonly archive: Archive;
  /** Speaks to commercetools about the subscription: for CloudFormation, and for whoever may invoke it. */
  readonly subscriber: ConnectorFunction<SubscriptionEnv>;
  /** What is subscribed, as CloudFormation tells that function. */
  readonly subscription: SubscriptionProperties;

  constructor(scope: Construct, id: string, props: CommercetoolsSourceProps) {
    super(scope, id);
    const { config, alarms } = props;
    this.subscription = this.#properties(props);
    this.subscriber = this.#subscriber(props);
    const subscription = new CustomResource(this, 'Subscription', {
      resourceType: 'Custom::CommercetoolsSubscription',
      serviceToken: this.subscriber.function.functionArn,
      // Longer than the function can run; the default would leave a crashed deployment waiting for an hour.
      serviceTimeout: Duration.seconds(300),
      properties: this.subscription,
    });

    const partnerBus = new EventBus(this, 'PartnerBus', { eventSourceName: this.#eventSourceName(config) });
    // The bus takes the name of an event source, which commercetools makes when it gets the subscription.
    partnerBus.node.addDependency(subscription);
    const removalPolicy = config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    subscription.applyRemovalPolicy(removalPolicy);
    // Events for a source without a bus are dropped: in production the bus outlives the stack.
    partnerBus.applyRemovalPolicy(removalPolicy);

    // By resource type and not by detail-type, whose value commercetools does not document for changes.
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

  /** May look whether changes are let in, and turn that off and on. */
  grantSwitch(to: FunctionGrants): void {
    to.allow(['events:DescribeRule', 'events:DisableRule', 'events:EnableRule'], this.rule.rule.ruleArn);
  }

  /** May hand on again what the archive keeps. A replay is named when it starts; what it may read is the one archive. */
  grantReplay(to: FunctionGrants): void {
    to.allow(['events:StartReplay'], this.archive.archiveArn);
    // Pseudo parameters whatever the stage: the acknowledged finding names the ARN as it stands here.
    const replays = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:replay/*`;
    to.allow(['events:StartReplay'], replays);
  }

  #subscriber({ folder, config, alarms }: CommercetoolsSourceProps): ConnectorFunction<SubscriptionEnv> {
    const { subscriptionSecret } = config.commercetools;
    const impact =
      'A deployment waits for its answer and then rolls back; nobody sees the health of the subscription. Changes keep flowing.';
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
    grantReadSecret(this, subscriber, subscriptionSecret);
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

  /** commercetools derives it from project and key, so it is known before the subscription exists. */
  #eventSourceName({ commercetools }: StageConfig): string {
    return `${sourcePrefix}${commercetools.projectKey}/${commercetools.subscriptionKey}`;
  }
}
