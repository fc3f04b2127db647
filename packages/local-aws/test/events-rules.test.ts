import {
  CreateEventBusCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { readSchedule } from '../src/events/schedule.ts';
import { roleWith } from './clients.ts';
import { arn, entry, useEventBus } from './event-bus.ts';

const bus = useEventBus();
const { bodies, call, delivered, put, queueFor, rule, urlOf } = bus;

describe('a rule', () => {
  test('delivers only matching events, and none while it is disabled', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') }, { pattern: { detail: { id: [{ prefix: 'c-' }] } } });
    await put(entry(), entry({ Detail: '{"id":"d-1"}' }));
    expect(await bodies('q')).toHaveLength(1);
    await call('events', 'DisableRule', { Name: 'r' });
    await put(entry());
    expect(await bodies('q')).toEqual([]);
  });

  test('keeps its targets when it is put again', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') });
    await bus.client.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["other"]}' }));
    const { Targets } = await bus.client.send(new ListTargetsByRuleCommand({ Rule: 'r' }));
    expect(Targets).toEqual([{ Id: 'T', Arn: arn('sqs', 'q') }]);
  });

  test('is refused with an invalid pattern', async () => {
    const invalid = { name: 'InvalidEventPatternException' };
    await expect(
      bus.client.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"a":1}' })),
    ).rejects.toMatchObject(invalid);
    const trial = new TestEventPatternCommand({ EventPattern: '{"a":["x"]}', Event: '{"a":"x"}' });
    expect((await bus.client.send(trial)).Result).toBe(true);
  });

  test.each<[string, Omit<Target, 'Id'>]>([
    ['an unsupported service', { Arn: 'arn:aws:kinesis:eu:000000000000:stream/x' }],
    ['a FIFO queue without group', { Arn: 'arn:aws:sqs:eu:000000000000:x.fifo' }],
    ['a FIFO dead-letter queue', { Arn: arn('sqs', 'q'), DeadLetterConfig: { Arn: arn('sqs', 'd.fifo') } }],
    ['a property that is not supported', { Arn: arn('sqs', 'q'), EcsParameters: { TaskDefinitionArn: 'x' } }],
    ['too many retries', { Arn: arn('sqs', 'q'), RetryPolicy: { MaximumRetryAttempts: 186 } }],
    [
      'a maximum age that is too short',
      { Arn: arn('sqs', 'q'), RetryPolicy: { MaximumEventAgeInSeconds: 59 } },
    ],
  ])('refuses %s as its target', async (_, target) => {
    await expect(rule('r', target)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('has at most five targets', async () => {
    await rule('r', { Arn: arn('sqs', 'q') });
    const Targets = ['1', '2', '3', '4', '5'].map((Id) => ({ Id, Arn: arn('sqs', 'q') }));
    await expect(bus.client.send(new PutTargetsCommand({ Rule: 'r', Targets }))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  test('forwards an unchanged event to another bus with the role of the target', async () => {
    await bus.client.send(new CreateEventBusCommand({ Name: 'inner' }));
    await rule('in', { Arn: await queueFor('q', 'in', 'inner') }, { bus: 'inner' });
    const inner = arn('events', 'event-bus/inner');
    await roleWith(bus.aws.gateway, 'forward', [
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: inner },
    ]);
    await rule('out', { Arn: inner, RoleArn: 'arn:aws:iam::000000000000:role/forward' });
    const answer = await put(entry());
    const [body = ''] = await bodies('q');
    expect(JSON.parse(body)).toMatchObject({ id: answer.Entries?.[0]?.EventId, source: 'shop' });
  });

  test('sends messages for a FIFO queue in the group of the target', async () => {
    await queueFor('q.fifo', 'r');
    await call('sqs', 'SetQueueAttributes', {
      QueueUrl: urlOf('q.fifo'),
      Attributes: { ContentBasedDeduplication: 'true' },
    });
    await rule('r', { Arn: arn('sqs', 'q.fifo'), SqsParameters: { MessageGroupId: 'g' } });
    await put(entry());
    await delivered();
    const received = await call('sqs', 'ReceiveMessage', {
      QueueUrl: urlOf('q.fifo'),
      AttributeNames: ['All'],
    });
    expect(received).toMatchObject({ Messages: [{ Attributes: { MessageGroupId: 'g' } }] });
  });
});

describe('a schedule', () => {
  const fires = (expression: string, time: string) => readSchedule(expression)(Date.parse(time));
  test.each([
    ['rate(5 minutes)', '2026-01-01T00:05:00Z', true],
    ['rate(5 minutes)', '2026-01-01T00:06:00Z', false],
    ['rate(1 hour)', '2026-01-01T03:00:00Z', true],
    ['cron(0 3 * * ? *)', '2026-01-01T03:00:00Z', true],
    ['cron(0 3 * * ? *)', '2026-01-01T03:01:00Z', false],
    ['cron(0/15 * ? * MON-FRI *)', '2026-01-01T03:45:00Z', true],
    ['cron(0/15 * ? * MON-FRI *)', '2026-01-03T03:45:00Z', false],
    ['cron(0/15 * ? * MON-FRI *)', '2026-01-01T03:40:00Z', false],
    ['cron(0 0 1,15 JAN ? 2026)', '2026-01-15T00:00:00Z', true],
  ])('%s fires at %s: %s', (expression, time, expected) => {
    expect(fires(expression, time)).toBe(expected);
  });

  test.each(['rate(0 minutes)', 'every minute', 'cron(0 3 * *)', 'cron(61 * * * ? *)', 'cron(0 0 L * ? *)'])(
    '%s is refused',
    (expression) => {
      expect(() => readSchedule(expression)).toThrow(
        expect.objectContaining({ code: 'ValidationException' }),
      );
    },
  );

  test('sends a scheduled event to the targets of its rule', async () => {
    const Arn = await queueFor('q', 'nightly');
    await bus.client.send(new PutRuleCommand({ Name: 'nightly', ScheduleExpression: 'rate(1 day)' }));
    await bus.client.send(new PutTargetsCommand({ Rule: 'nightly', Targets: [{ Id: 'T', Arn }] }));
    await call('events', 'TriggerScheduledRule', { Rule: 'nightly' });
    const [body = ''] = await bodies('q');
    expect(JSON.parse(body)).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event' });
  });
});
