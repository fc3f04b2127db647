import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EventBus, type EventPattern, Match } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { SubscriptionEnv, SubscriptionProperties } from '../../lambdas/subscription/env.ts';
import type { StageConfig } from '../stage-config.ts';
import type { Alarms } from './alarms.ts';
import { grantReadSecret } from './connection-secret.ts';
import { ConnectorFunction } from './connector-function.ts';
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

  constructor(scope: Construct, id: string, props: CommercetoolsSourceProps) {
    super(scope, id);
    const { config, alarms } = props;
    const subscription = this.#subscribe(props);

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
    partnerBus
      .archive('Archive', { eventPattern: fromCommercetools, retention: Duration.days(config.archiveDays) })
      .applyRemovalPolicy(removalPolicy);
    this.rule = new QueueRule(this, 'Rule', {
      name: 'partner-rule',
      bus: partnerBus,
      pattern: { ...fromCommercetools, detail: { resource: { typeId: [...props.resourceTypes] } } },
      target: props.target,
      impact: 'Changes from commercetools do not reach the connector.',
      alarms,
    });
  }

  #subscribe({ folder, resourceTypes, config, alarms }: CommercetoolsSourceProps): CustomResource {
    const { account, region } = Stack.of(this);
    const { projectKey, subscriptionKey, subscriptionSecret } = config.commercetools;
    const impact = 'The deployment waits for its answer and then rolls back; changes keep flowing as before.';
    const subscriber = new ConnectorFunction<SubscriptionEnv>(this, 'Subscriber', {
      folder,
      name: 'subscription',
      impact,
      environment: { COMMERCETOOLS_SECRET: subscriptionSecret },
      timeoutSeconds: 180,
      memoryMb: 256,
      asyncDeadLetters: new DeadLetterQueue(this, 'SubscriberDeadLetters', {
        name: 'subscription',
        impact,
        alarms,
      }).queue,
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
    const properties: SubscriptionProperties = {
      projectKey,
      subscriptionKey,
      accountId: account,
      region,
      resourceTypes: [...resourceTypes],
    };
    return new CustomResource(this, 'Subscription', {
      resourceType: 'Custom::CommercetoolsSubscription',
      serviceToken: subscriber.function.functionArn,
      // Longer than the function can run; the default would leave a crashed deployment waiting for an hour.
      serviceTimeout: Duration.seconds(300),
      properties,
    });
  }

  /** commercetools derives it from project and key, so it is known before the subscription exists. */
  #eventSourceName({ commercetools }: StageConfig): string {
    return `${sourcePrefix}${commercetools.projectKey}/${commercetools.subscriptionKey}`;
  }
}
