import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricNames } from '../../lambdas/core/base/ports/metrics.ts';
import { parseStage } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';
import { metricsNamespace } from '../../lib/constructs/business-metric.ts';
import {
  deadLetterQueues,
  listOf,
  projectRoot,
  propertiesOfOnly,
  receivingQueues,
  referenceOf,
  resourcesOf,
  synthesise,
  type Template,
  templateOf,
  type Value,
} from './synth.ts';

const template = templateOf('prod');
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties = {} }]) => Properties);

/** `<metric> of <logical id>` for every alarm. */
function watched(of: Template): Set<string> {
  const properties = resourcesOf(of, 'AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties ?? {});
  return new Set(
    properties.flatMap((alarm) =>
      listOf(alarm['Dimensions']).map(
        ({ Value: value }) => `${String(alarm['MetricName'])} of ${referenceOf(value) || String(value)}`,
      ),
    ),
  );
}

describe('alarms', () => {
  it('go on at the first message of every dead-letter queue', () => {
    for (const id of deadLetterQueues(template)) {
      expect(watched(template)).toContain(`ApproximateNumberOfMessagesVisible of ${id}`);
    }
    const ofDeadLetters = alarms.filter((alarm) => String(alarm['AlarmName']).includes('dead-letters'));
    expect(ofDeadLetters.map((alarm) => alarm['Threshold'])).toEqual(Array(8).fill(1));
  });

  it('go on when the oldest message of a queue is 5 minutes old, or 30 minutes in handler queues and the tick queue', () => {
    for (const { queueId, queue } of receivingQueues(template)) {
      const alarm = alarms.find(
        (each) =>
          String(each['MetricName']) === 'ApproximateAgeOfOldestMessage' &&
          listOf(each['Dimensions']).some(({ Value: value }) => referenceOf(value) === queueId),
      );
      expect(alarm?.['Threshold'], queueId).toBe(
        queue['FifoQueue'] || queueId.startsWith('RunsTicks') ? 1800 : 300,
      );
    }
  });

  it('use the dimensions that EventBridge gives the failure metric of each rule', () => {
    const ofRules = alarms.filter((alarm) => String(alarm['MetricName']) === 'FailedInvocations');
    expect(ofRules.map((alarm) => alarm['Dimensions'])).toEqual(
      resourcesOf(template, 'AWS::Events::Rule').map(([id, rule]) => {
        const bus = rule.Properties?.['EventBusName'];
        // The metric of a rule on the default bus has no bus dimension; the Ref of a rule on a custom bus is `bus|rule`.
        if (bus === undefined) return [{ Name: 'RuleName', Value: { Ref: id } }];
        const Value = { 'Fn::Select': [1, { 'Fn::Split': ['|', { Ref: id }] }] };
        return [
          { Name: 'EventBusName', Value: bus },
          { Name: 'RuleName', Value },
        ];
      }),
    );
  });

  it('cover errors and throttles of every function', () => {
    for (const [id] of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(watched(template)).toContain(`Errors of ${id}`);
      expect(watched(template)).toContain(`Throttles of ${id}`);
    }
  });

  it('cover credentials and settings that Fluent or commercetools refuse', () => {
    const alarm = alarms.find((each) => String(each['MetricName']) === 'ConfigurationErrors');
    expect(alarm).toMatchObject({
      Namespace: metricsNamespace,
      Dimensions: [{ Name: 'service', Value: 'customer' }],
    });
  });

  it.each([
    ['drift', 'Drift', 'run-feeder', 900, 2],
    ['differences', 'Differences', 'run-feeder', 300, 1],
    ['runs-failed', 'RunsFailed', 'run-feeder', 300, 1],
    ['breaker-open', 'BreakerOpen', 'caretaker', 300, 1],
    ['subscription-unhealthy', 'SubscriptionUnhealthy', 'caretaker', 300, 1],
    ['canary-late', 'CanaryLate', 'caretaker', 300, 1],
    ['care-problems', 'CareProblems', 'caretaker', 300, 3],
  ])(
    'include %s, on the metric %s of the service %s',
    (name, MetricName, service, Period, EvaluationPeriods) => {
      expect(alarms.find((each) => String(each['AlarmName']).endsWith(`/${name}`))).toMatchObject({
        Namespace: metricsNamespace,
        MetricName,
        Dimensions: [{ Name: 'service', Value: service }],
        Period,
        EvaluationPeriods,
        Threshold: 1,
        Statistic: 'Sum',
      });
    },
  );

  it('stay off while there is no data', () => {
    for (const alarm of alarms)
      expect(alarm['TreatMissingData'], String(alarm['AlarmName'])).toBe('notBreaching');
  });

  it('notify the topic if the stage names one, and nothing otherwise', () => {
    expect(alarms.flatMap((alarm) => listOf(alarm['AlarmActions']))).toEqual([]);
    const alarmTopicArn = 'arn:aws:sns:eu-central-1:123456789012:operations';
    const config = parseStage('prod', { prod: { ...stages['prod'], alarmTopicArn } });
    const notifying = resourcesOf(synthesise('prod', { config }), 'AWS::CloudWatch::Alarm');
    expect(notifying).toHaveLength(alarms.length);
    for (const [id, alarm] of notifying)
      expect(alarm.Properties?.['AlarmActions'], id).toEqual([alarmTopicArn]);
  });
});

describe('the runbook', () => {
  const runbook = readFileSync(join(projectRoot, 'docs/runbook.md'), 'utf8');
  const sections = runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => section.trim());
  const headings = sections.map((section) => section.split('\n')[0] ?? '');
  const ofAlarms = sections.filter((section) => section.includes('**Means**'));

  /** `<stack>/<heading>` or `<stack>/<heading>/<handler>`. */
  const headingsOfAlarms = [
    ...new Set(alarms.map((alarm) => String(alarm['AlarmName']).split('/')[1] ?? '')),
  ];

  it('has a heading for every alarm, and none for an alarm that does not exist', () => {
    expect(ofAlarms.map((section) => section.split('\n')[0]).sort()).toEqual(headingsOfAlarms.sort());
    expect(new Set(headings).size).toBe(headings.length);
  });

  it.each(ofAlarms.map((section) => [section.split('\n')[0], section]))(
    'gives the meaning, impact and remedy of %s',
    (_, section) => {
      for (const part of ['**Means**', '**Impact**', '**Do**']) expect(section).toContain(part);
    },
  );

  it('is referenced by the description of every alarm', () => {
    for (const alarm of alarms) {
      const heading = String(alarm['AlarmName']).split('/')[1];
      expect(String(alarm['AlarmDescription'])).toContain(`docs/runbook.md, "${heading}"`);
    }
  });
});

describe('the dashboard', () => {
  const body = propertiesOfOnly(template, 'AWS::CloudWatch::Dashboard')['DashboardBody'];
  const parts: Value[] = listOf(listOf(body?.['Fn::Join'])[1]);
  const text = parts.map((part) => (typeof part === 'string' ? part : 'x')).join('');

  it('is valid JSON once its references are resolved', () => {
    expect(JSON.parse(text)).toHaveProperty('widgets');
  });

  it('shows every consumed queue and its function', () => {
    const shown = new Set(parts.map(referenceOf));
    for (const { queueId, functionId } of receivingQueues(template)) {
      expect(shown).toContain(queueId);
      expect(shown).toContain(functionId);
    }
  });

  it('shows every metric that a function counts', () => {
    const shownAsAlarms: readonly string[] = ['ConfigurationErrors'];
    const counted = metricNames.filter((name) => !shownAsAlarms.includes(name));
    for (const metric of counted) expect(text).toContain(`"${metric}"`);
  });
});
