import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, vi } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { clientsOf, eventually, hostCalls, region } from './clients.ts';

export const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:000000000000:${rest}`;

export const entry = (given: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'shop',
  DetailType: 'order',
  Detail: '{"id":"c-1","n":1}',
  ...given,
});

/** A fresh local AWS before each test, with functions to make rules and to read what they deliver. */
export function useEventBus() {
  let aws: LocalAws;
  let events: EventBridgeClient;
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  beforeEach(async () => {
    aws = await startLocalAws({ region, seed: 3 });
    events = clientsOf(aws.gateway).events;
    stderr.mockClear();
  });
  afterEach(() => aws.stop());

  const call = (service: string, operation: string, input: JsonObject = {}) =>
    hostCalls(aws.gateway)(service, operation, input);
  const urlOf = (name: string) => `${aws.gateway.url}/000000000000/${name}`;
  const delivered = () => eventually(() => (aws.pendingDeliveries() === 0 ? true : undefined));

  return {
    get aws() {
      return aws;
    },
    get client() {
      return events;
    },
    call,
    urlOf,
    /** Waits until no delivery is pending. */
    delivered,
    put: (...Entries: PutEventsRequestEntry[]) => events.send(new PutEventsCommand({ Entries })),
    /** Sum of a metric of a rule. */
    counted: (name: string, RuleName: string) => aws.metrics.sum('AWS/Events', name, { RuleName }),
    /** Creates a queue that allows one rule to send messages, and returns its ARN. */
    async queueFor(name: string, rule: string, bus = 'default'): Promise<string> {
      const sourceArn = arn('events', bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`);
      const statement = {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn('sqs', name),
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      };
      const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
      await call('sqs', 'CreateQueue', { QueueName: name, Attributes });
      return arn('sqs', name);
    },
    /** Creates a rule with one target. */
    async rule(Name: string, target: Omit<Target, 'Id'>, given: { bus?: string; pattern?: JsonObject } = {}) {
      const EventBusName = given.bus ?? 'default';
      const EventPattern = JSON.stringify(given.pattern ?? { source: ['shop'] });
      await events.send(new PutRuleCommand({ Name, EventBusName, EventPattern }));
      const Targets = [{ Id: 'T', ...target }];
      await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
    },
    /** Bodies of the messages in a queue after all deliveries. */
    async bodies(queue: string): Promise<string[]> {
      await delivered();
      const answer = await call('sqs', 'ReceiveMessage', { QueueUrl: urlOf(queue), MaxNumberOfMessages: 10 });
      return ((answer['Messages'] ?? []) as { Body: string }[]).map(({ Body }) => Body);
    },
  };
}
