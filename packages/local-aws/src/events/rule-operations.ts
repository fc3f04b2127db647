import type { Arns } from '../arns.ts';
import { AwsError, type JsonObject } from '../contract.ts';
import { objects, optionalText, text, texts } from '../fields.ts';
import type { Operation } from '../operations.ts';
import { newEvent, type Place } from './bus-event.ts';
import type { Bus, Buses, Rule } from './buses.ts';
import { compilePattern } from './event-pattern.ts';
import { readSchedule } from './schedule.ts';
import { readTarget } from './target.ts';

const maxTargets = 5;

/** Operations on rules and targets. `TriggerScheduledRule` is a local one: it fires a scheduled rule now. */
export function ruleOperations(buses: Buses, arns: Arns, place: Place): Record<string, Operation> {
  const busOf = (input: JsonObject): Bus => buses.get(optionalText(input, 'EventBusName'));
  const ruleOf = (input: JsonObject, member: 'Name' | 'Rule'): Rule => {
    const name = text(input, member);
    const rule = busOf(input).rules.get(name);
    if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist.`);
    return rule;
  };
  const setState = (input: JsonObject, state: Rule['state']): JsonObject => {
    ruleOf(input, 'Name').state = state;
    return {};
  };
  return {
    PutRule: (input) => {
      const bus = busOf(input);
      const rule = readRule(input, bus, arns);
      bus.rules.set(rule.name, rule);
      return { RuleArn: rule.arn };
    },
    DescribeRule: (input) => shown(ruleOf(input, 'Name')),
    ListRules: (input) => ({ Rules: [...busOf(input).rules.values()].map(shown) }),
    EnableRule: (input) => setState(input, 'ENABLED'),
    DisableRule: (input) => setState(input, 'DISABLED'),
    DeleteRule: (input) => {
      const rule = busOf(input).rules.get(text(input, 'Name'));
      if (rule && rule.targets.size > 0) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      if (rule) busOf(input).rules.delete(rule.name);
      return {};
    },
    PutTargets: (input) => {
      const rule = ruleOf(input, 'Rule');
      const targets = objects(input, 'Targets').map(readTarget);
      const ids = new Set([...rule.targets.keys(), ...targets.map(({ id }) => id)]);
      if (ids.size > maxTargets)
        throw new AwsError('LimitExceededException', `A rule has ${maxTargets} targets at most.`);
      for (const target of targets) rule.targets.set(target.id, target);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input) => {
      const rule = ruleOf(input, 'Rule');
      for (const id of texts(input, 'Ids')) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: (input) => ({
      Targets: [...ruleOf(input, 'Rule').targets.values()].map(({ definition }) => definition),
    }),
    TriggerScheduledRule: (input) => {
      const rule = ruleOf(input, 'Rule');
      buses.trigger(rule, scheduledEvent(rule, place));
      return {};
    },
  };
}

export function scheduledEvent(rule: Rule, place: Place) {
  return newEvent(place, {
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    detail: {},
    resources: [rule.arn],
  });
}

function readRule(input: JsonObject, bus: Bus, arns: Arns): Rule {
  const name = text(input, 'Name');
  const patternJson = optionalText(input, 'EventPattern');
  const schedule = optionalText(input, 'ScheduleExpression');
  const description = optionalText(input, 'Description');
  if (!patternJson && !schedule)
    throw new AwsError('ValidationException', 'EventPattern or ScheduleExpression is needed.');
  if (schedule && bus.name !== 'default') {
    throw new AwsError(
      'ValidationException',
      'ScheduleExpression is supported only on the default event bus.',
    );
  }
  if (schedule) readSchedule(schedule);
  return {
    name,
    arn: arns.rule(bus.name, name),
    bus: bus.name,
    ...(patternJson && { patternJson, matches: compilePattern(patternJson) }),
    ...(schedule && { schedule }),
    ...(description && { description }),
    state: optionalText(input, 'State') === 'DISABLED' ? 'DISABLED' : 'ENABLED',
    // Putting a rule again keeps its targets.
    targets: bus.rules.get(name)?.targets ?? new Map(),
  };
}

function shown({ name, arn, bus, state, patternJson, schedule, description }: Rule): JsonObject {
  return {
    Name: name,
    Arn: arn,
    EventBusName: bus,
    State: state,
    ...(patternJson && { EventPattern: patternJson }),
    ...(schedule && { ScheduleExpression: schedule }),
    ...(description && { Description: description }),
  };
}
