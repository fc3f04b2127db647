import { describe, expect, it } from 'vitest';
import { parseStage, type StageConfig } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';
import {
  flowMaxReceiveCount,
  handlerMaxReceiveCount,
  meanSecondsOfReceives,
} from '../../lib/config/timing.ts';
import {
  deadLetterQueues,
  listOf,
  propertiesOfOnly,
  receivingQueues,
  referenceOf,
  resourcesOf,
  type Template,
  templateOf,
} from './synth.ts';

const day = 86_400;

describe.each(Object.keys(stages))('stage %s', (stage) => {
  const config: StageConfig = parseStage(stage, stages);
  const template = templateOf(stage);
  const queues = receivingQueues(template);
  const isTicks = (queueId: string) => queueId.startsWith('RunsTicks');

  it('consumes four queues: ingest, one FIFO queue per handler, route, and the ticks of runs', () => {
    expect(queues.map(({ queue }) => queue['FifoQueue'] ?? false)).toEqual([false, true, false, false]);
    expect(queues.filter(({ queueId }) => isTicks(queueId))).toHaveLength(1);
  });

  it('leaves `Enabled` of a mapping out, so that a deployment does not undo a pause', () => {
    for (const { queueId, mapping } of queues) expect(mapping, queueId).not.toHaveProperty('Enabled');
  });

  it('lets only the run feeder invoke itself', () => {
    const looping = resourcesOf(template, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => Properties?.['RecursiveLoop'] !== undefined,
    );
    expect(looping.map(([id, { Properties }]) => [id, Properties?.['RecursiveLoop']])).toEqual([
      [queues.find(({ queueId }) => isTicks(queueId))?.functionId, 'Allow'],
    ]);
  });

  it('has one table and no public endpoint', () => {
    expect(resourcesOf(template, 'AWS::DynamoDB::GlobalTable')).toHaveLength(1);
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(
      types.filter((type) => /::(Url|RestApi|Api|HttpApi|Distribution|LoadBalancer)/.test(type)),
    ).toEqual([]);
  });

  it('names the control function after the stage, and outputs its name', () => {
    const name = `commercetools-fluent-${stage}-control`;
    const [found] = resourcesOf(template, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => String(Properties?.['FunctionName']) === name,
    );
    const outputs = Object.values(template.Outputs ?? {}).map(({ Value: value }) => referenceOf(value));
    expect(outputs).toContain(found?.[0]);
  });

  it('has visibility timeouts of at least six function timeouts, and of one timeout plus DELTA', () => {
    for (const { queueId, queue, function: worker } of queues) {
      const visibility = Number(queue['VisibilityTimeout']);
      const timeout = Number(worker['Timeout']);
      expect(visibility, queueId).toBeGreaterThanOrEqual(6 * timeout);
      const delta = queue['FifoQueue'] ? config.delivery.deltaSeconds : 0;
      expect(visibility, queueId).toBeGreaterThanOrEqual(timeout + delta);
    }
  });

  it('reports failed messages of a batch one by one', () => {
    for (const { queueId, mapping } of queues) {
      expect(mapping['FunctionResponseTypes'], queueId).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('takes batches of 100 with a window on the way to the handlers, and of 10 with a maximum concurrency in handlers', () => {
    for (const { queueId, queue, mapping } of queues) {
      const fifo = queue['FifoQueue'] !== undefined;
      // One tick is one page of one run.
      const size = isTicks(queueId) ? 1 : 100;
      expect(mapping['BatchSize'], queueId).toBe(fifo ? 10 : size);
      expect(mapping['MaximumBatchingWindowInSeconds'] === undefined, queueId).toBe(fifo || isTicks(queueId));
      // On a standard queue it would stop Lambda from reducing idle pollers to two; ticks need two at most.
      expect(mapping['ScalingConfig'] !== undefined, queueId).toBe(fifo || isTicks(queueId));
      if (isTicks(queueId)) expect(mapping['ScalingConfig']).toEqual({ MaximumConcurrency: 2 });
    }
  });

  it('lets only queues, IAM and the schedule of the caretaker invoke functions', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(([, each]) => each.Properties);
    const [[ruleId] = ['']] = scheduledRules(template);
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [expect.stringMatching(/^CareCaretakerFunction/), 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
      },
    ]);
  });

  it('invokes the caretaker every minute, and does not retry a failed pass', () => {
    const [[, rule] = []] = scheduledRules(template);
    expect(rule?.Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    const [target] = listOf(rule?.Properties?.['Targets']);
    expect(target?.['RetryPolicy']).toEqual({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 });
    expect(propertiesOfOnly(template, 'AWS::Lambda::EventInvokeConfig')).toMatchObject({
      FunctionName: { Ref: referenceOf(target?.['Arn']) },
      MaximumRetryAttempts: 0,
    });
  });

  it('retries the delivery of events to a queue for a day, then sends them to a dead-letter queue', () => {
    const targets = resourcesOf(template, 'AWS::Events::Rule')
      .filter(([, rule]) => rule.Properties?.['EventPattern'] !== undefined)
      .flatMap(([, rule]) => listOf(rule.Properties?.['Targets']));
    expect(targets).toHaveLength(2);
    for (const target of targets) {
      expect(target['RetryPolicy']).toEqual({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: day });
      const deadLetters = template.Resources[referenceOf(target['DeadLetterConfig']?.['Arn'])];
      expect(deadLetters?.Type).toBe('AWS::SQS::Queue');
      expect(template.Resources[referenceOf(target['Arn'])]?.Type).toBe('AWS::SQS::Queue');
    }
  });

  it('keeps messages for two weeks in every queue', () => {
    for (const [id, queue] of resourcesOf(template, 'AWS::SQS::Queue')) {
      expect(queue.Properties?.['MessageRetentionPeriod'], id).toBe(14 * day);
    }
  });

  it('has a dead-letter queue of the same kind for each consumed queue', () => {
    for (const { queueId, queue } of queues) {
      const deadLetters = template.Resources[referenceOf(queue['RedrivePolicy']?.['deadLetterTargetArn'])];
      expect(deadLetters?.Properties?.['FifoQueue'], queueId).toBe(queue['FifoQueue']);
    }
    expect(deadLetterQueues(template).size).toBe(8);
  });

  it('reaches the age for giving up before the receives run out', () => {
    for (const { queueId, queue } of queues) {
      const fifo = queue['FifoQueue'] !== undefined;
      const receives = Number(queue['RedrivePolicy']?.['maxReceiveCount']);
      expect(receives, queueId).toBe(fifo ? handlerMaxReceiveCount : flowMaxReceiveCount);
      if (fifo) expect(config.delivery.receiveGuard).toBeLessThan(receives);
    }
    const guarded = meanSecondsOfReceives(config.delivery.receiveGuard, config.delivery);
    expect(guarded).toBeGreaterThan(config.delivery.giveUpSeconds);
    expect(meanSecondsOfReceives(handlerMaxReceiveCount, config.delivery)).toBeGreaterThan(guarded);
  });

  it('keeps the record of a deleted resource longer than any message about it is kept', () => {
    expect(config.delivery.tombstoneSeconds).toBeGreaterThanOrEqual((14 + 14 + 2 + 5) * day);
  });

  it('creates the subscription before its bus, and the bus before its rule', () => {
    const [[subscriptionId]] = resourcesOf(template, 'Custom::CommercetoolsSubscription') as [
      [string, unknown],
    ];
    const [busId, bus] =
      resourcesOf(template, 'AWS::Events::EventBus').find(
        ([, { Properties }]) => Properties?.['EventSourceName'],
      ) ?? [];
    expect(bus).toMatchObject({ DependsOn: [subscriptionId] });
    const { projectKey, subscriptionKey } = config.commercetools;
    const name = `aws.partner/commercetools.com/${projectKey}/${subscriptionKey}`;
    expect(bus?.Properties).toEqual({ Name: name, EventSourceName: name });
    expect(
      resourcesOf(template, 'AWS::Events::Rule').some(
        ([, rule]) => referenceOf(rule.Properties?.['EventBusName']) === busId,
      ),
    ).toBe(true);
  });

  it('gives the subscription the properties that its function expects, and a timeout', () => {
    const properties = propertiesOfOnly(template, 'Custom::CommercetoolsSubscription');
    expect(Object.keys(properties).sort()).toEqual(
      [
        'ServiceTimeout',
        'ServiceToken',
        'accountId',
        'projectKey',
        'region',
        'resourceTypes',
        'subscriptionKey',
      ].sort(),
    );
    expect(properties).toMatchObject({ ServiceTimeout: '300', resourceTypes: ['customer'] });
  });
});

describe('the production stage', () => {
  const template = templateOf('prod');

  it('retries for a day before SQS moves messages to the dead-letter queue', () => {
    for (const { queueId, queue } of receivingQueues(template)) {
      const horizon =
        Number(queue['VisibilityTimeout']) * Number(queue['RedrivePolicy']?.['maxReceiveCount']);
      expect(horizon, queueId).toBeGreaterThanOrEqual(day);
    }
  });

  it('has visibility timeouts of 180 s on the way to the handlers, 210 s in handlers and 720 s for ticks', () => {
    expect(receivingQueues(template).map(({ queue }) => queue['VisibilityTimeout'])).toEqual([
      180, 210, 180, 720,
    ]);
  });
});

describe.each([
  ['prod', 'Retain', true],
  ['dev', 'Delete', false],
])('deleting the stack of stage %s', (stage, policy, protectedFromDeletion) => {
  const template = templateOf(stage);

  it(`has the policy ${policy} for table, partner bus, archive, subscription and logs`, () => {
    const kept = Object.values(template.Resources).filter(
      ({ Type, Properties }) =>
        [
          'AWS::DynamoDB::GlobalTable',
          'AWS::Events::Archive',
          'Custom::CommercetoolsSubscription',
          'AWS::Logs::LogGroup',
        ].includes(Type) || Properties?.['EventSourceName'] !== undefined,
    );
    expect(kept).toHaveLength(11);
    for (const { Type, DeletionPolicy, UpdateReplacePolicy } of kept) {
      expect([DeletionPolicy, UpdateReplacePolicy], Type).toEqual([policy, policy]);
    }
  });

  it(`${protectedFromDeletion ? 'is prevented' : 'is possible'} for the table`, () => {
    const table = propertiesOfOnly(template, 'AWS::DynamoDB::GlobalTable');
    expect(table['Replicas']).toMatchObject([{ DeletionProtectionEnabled: protectedFromDeletion }]);
  });
});

function scheduledRules(template: Template) {
  return resourcesOf(template, 'AWS::Events::Rule').filter(
    ([, { Properties }]) => Properties?.['ScheduleExpression'] !== undefined,
  );
}
