import { arnsOf } from '../arns.ts';
import type { Gateway, JsonObject, MetricStore, Service } from '../contract.ts';
import { object, optionalText, parseObject, text } from '../fields.ts';
import { type Operation, serviceOf } from '../operations.ts';
import { Archives } from './archives.ts';
import { type BusEvent, eventOfEntry, newEvent } from './bus-event.ts';
import { busOperations } from './bus-operations.ts';
import { Buses } from './buses.ts';
import { Deliveries } from './deliveries.ts';
import { compilePattern } from './event-pattern.ts';
import { PartnerSources, sourceOperations } from './partner-sources.ts';
import { putEventsAnswer, readEntries, refusalOf, refusalOfSource } from './put-events.ts';
import { Replays } from './replays.ts';
import { ruleOperations, scheduledEvent } from './rule-operations.ts';
import { readSchedule } from './schedule.ts';

export interface Events extends Service {
  /** Puts an event of an AWS service, for example CloudWatch, on the default bus. */
  publishAws(event: Pick<BusEvent, 'source' | 'detail-type' | 'detail' | 'resources'>): void;
  /** Number of deliveries that still run or wait for a retry. */
  pendingDeliveries(): number;
  stop(): void;
}

/**
 * The `events` service: EventBridge with buses, rules, targets, partner sources, archives, replays and
 * schedules.
 */
export function createEvents(gateway: Gateway, metrics: MetricStore, seed = 1): Events {
  const arns = arnsOf(gateway.region, gateway.accountId);
  const deliveries = new Deliveries(gateway, metrics, seed);
  const buses = new Buses(arns, deliveries, metrics);
  const sources = new PartnerSources(arns);
  const archives = new Archives(buses, arns);
  const clock = everyMinute((minute) => {
    for (const rule of buses.get('default').rules.values()) {
      const due = rule.state === 'ENABLED' && rule.schedule && readSchedule(rule.schedule)(minute);
      if (due) buses.trigger(rule, scheduledEvent(rule, gateway));
    }
  });

  function count(name: 'DroppedEvents' | 'DroppedPartnerEvents'): void {
    metrics.record({ namespace: 'Local/Events', name, dimensions: {}, value: 1, at: new Date() });
  }

  function dropped(reason: string): void {
    console.error(`local AWS: event dropped: ${reason}`);
    count('DroppedEvents');
  }

  /** As on AWS, an event for an unknown bus is accepted and lost. Here it is also logged and counted. */
  function put(entry: JsonObject): JsonObject {
    const refusal = refusalOf(entry) ?? refusalOfSource(entry);
    if (refusal) return refusal;
    const event = eventOfEntry(entry, gateway);
    const bus = buses.find(optionalText(entry, 'EventBusName') ?? 'default');
    if (bus) buses.publish(bus, event);
    else dropped(`no event bus ${entry['EventBusName']}`);
    return { EventId: event.id };
  }

  function putOfPartner(entry: JsonObject): JsonObject {
    const refusal = refusalOf(entry);
    if (refusal) return refusal;
    const event = eventOfEntry(entry, gateway);
    const bus = sources.isActive(event.source) ? buses.find(event.source) : undefined;
    if (bus) buses.publish(bus, event);
    // As on AWS. It is not logged, because a partner tests a new source before the bus can exist.
    else count('DroppedPartnerEvents');
    return { EventId: event.id };
  }

  const operations: Record<string, Operation> = {
    ...busOperations(buses, sources),
    ...sourceOperations(sources),
    ...ruleOperations(buses, arns, gateway),
    ...archives.operations(),
    ...new Replays(archives, buses, arns).operations(),
    PutEvents: (input) => putEventsAnswer(readEntries(input, 10).map(put)),
    PutPartnerEvents: (input) => putEventsAnswer(readEntries(input, 20).map(putOfPartner)),
    TestEventPattern: (input) => {
      const matches = compilePattern(text(input, 'EventPattern'));
      return { Result: matches(parseObject(text(input, 'Event'), 'Event')) };
    },
    // A local operation: a rule forwards an unchanged event to another bus, which needs events:PutEvents
    // there.
    ForwardEvent: (input) => {
      buses.publish(buses.get(text(input, 'EventBusName')), object(input, 'Event') as BusEvent);
      return {};
    },
  };

  return {
    ...serviceOf('events', operations),
    publishAws: (event) => buses.publish(buses.get('default'), newEvent(gateway, event)),
    pendingDeliveries: () => deliveries.pending,
    stop: () => {
      clock.stop();
      deliveries.stop();
    },
  };
}

/** Calls `tick` at the start of every minute. */
function everyMinute(tick: (minute: number) => void): { stop: () => void } {
  let timer: NodeJS.Timeout;
  const plan = (): void => {
    const minute = (Math.floor(Date.now() / 60_000) + 1) * 60_000;
    timer = setTimeout(() => {
      tick(minute);
      plan();
    }, minute - Date.now());
    timer.unref();
  };
  plan();
  return { stop: () => clearTimeout(timer) };
}
