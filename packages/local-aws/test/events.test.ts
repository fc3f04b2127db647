import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeEventBusCommand,
  DescribeEventSourceCommand,
  DescribeReplayCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutPartnerEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readSchedule } from '../src/events/schedule.ts';
import { targetInput } from '../src/events/target-input.ts';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { AwsError, type JsonObject, type ServiceCall } from '../src/parts.ts';
import { clientsOf, eventually, hostCalls, region, roleWith } from './clients.ts';

let aws: LocalAws;
let events: ReturnType<typeof clientsOf>['events'];
let call: ReturnType<typeof hostCalls>;
const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);

beforeEach(async () => {
  aws = await startLocalAws({ region, seed: 3 });
  events = clientsOf(aws.gateway).events;
  call = hostCalls(aws.gateway);
  stderr.mockClear();
});
afterEach(() => aws.stop());

const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:000000000000:${rest}`;
const urlOf = (name: string) => `${aws.gateway.url}/000000000000/${name}`;
const ruleDimensions = (RuleName: string) => ({ RuleName });
const counted = (name: string, rule: string) => aws.metrics.sum('AWS/Events', name, ruleDimensions(rule));
const entry = (given: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'shop',
  DetailType: 'customer',
  Detail: '{"id":"c-1","n":1}',
  ...given,
});
const put = (...Entries: PutEventsRequestEntry[]) => events.send(new PutEventsCommand({ Entries }));

/** A queue that lets in one rule. */
async function queueFor(name: string, rule: string, bus = 'default'): Promise<string> {
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
}

async function rule(
  Name: string,
  target: Omit<Target, 'Id'>,
  given: { bus?: string; pattern?: JsonObject } = {},
) {
  const EventBusName = given.bus ?? 'default';
  const EventPattern = JSON.stringify(given.pattern ?? { source: ['shop'] });
  await events.send(new PutRuleCommand({ Name, EventBusName, EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [{ Id: 'T', ...target }] }));
}

async function delivered(): Promise<void> {
  await eventually(() => (aws.pendingDeliveries() === 0 ? true : undefined));
}

async function bodies(queue: string): Promise<string[]> {
  await delivered();
  const answer = await call('sqs', 'ReceiveMessage', { QueueUrl: urlOf(queue), MaxNumberOfMessages: 10 });
  return ((answer['Messages'] ?? []) as { Body: string }[]).map(({ Body }) => Body);
}

describe('PutEvents', () => {
  test('delivers the event to the queue in the form that AWS gives it', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') });
    const answer = await put(entry({ Time: new Date('2026-01-02T03:04:05.678Z'), Resources: ['a'] }));
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    const [body = ''] = await bodies('q');
    expect(JSON.parse(body)).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'customer',
      source: 'shop',
      account: '000000000000',
      time: '2026-01-02T03:04:05Z',
      region,
      resources: ['a'],
      detail: { id: 'c-1', n: 1 },
    });
    expect([
      counted('MatchedEvents', 'r'),
      counted('Invocations', 'r'),
      counted('FailedInvocations', 'r'),
    ]).toEqual([1, 1, 0]);
  });

  test('answers each entry in its place', async () => {
    const answer = await put(
      entry(),
      entry({ Detail: 'x' }),
      entry({ Detail: '[1]' }),
      entry({ Source: 'aws.partner/x' }),
      entry({ DetailType: undefined }),
      entry({ DetailType: 'x'.repeat(129) }),
    );
    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'InvalidArgument',
      'InvalidArgument',
    ]);
  });

  test.each<[string, PutEventsRequestEntry[]]>([
    ['no entry', []],
    ['eleven entries', Array.from({ length: 11 }, () => entry())],
    ['entries beyond 1 MB', [entry({ Detail: JSON.stringify({ a: 'x'.repeat(1024 * 1024) }) })]],
    ['no complete entry', [entry({ Source: undefined })]],
  ])('refuses a call with %s', async (_, entries) => {
    await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('to an unknown bus gives an id, and the event is counted as gone', async () => {
    const answer = await put(entry({ EventBusName: 'nowhere' }));
    expect(answer.Entries?.[0]?.EventId).toBeDefined();
    expect(aws.metrics.sum('Local/Events', 'DroppedEvents')).toBe(1);
  });

  test('needs events:PutEvents on the bus it names', async () => {
    await events.send(new CreateEventBusCommand({ Name: 'inner' }));
    const allow = { Effect: 'Allow', Action: 'events:PutEvents', Resource: arn('events', 'event-bus/inner') };
    const role = await roleWith(aws.gateway, 'listener', [allow]);
    const send = (bus?: string) =>
      role.events.send(new PutEventsCommand({ Entries: [entry({ EventBusName: bus })] }));
    await send('inner');
    await expect(send()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('gathers the deliveries of one tick', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') });
    await put(...Array.from({ length: 10 }, () => entry()));
    expect(await bodies('q')).toHaveLength(10);
    expect(aws.gateway.requests()).toContainEqual({
      service: 'sqs',
      operation: 'SendMessageBatch',
      calls: 1,
      items: 10,
    });
  });
});

describe('rules', () => {
  test('deliver only what matches, and nothing while disabled', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') }, { pattern: { detail: { id: [{ prefix: 'c-' }] } } });
    await put(entry(), entry({ Detail: '{"id":"d-1"}' }));
    expect(await bodies('q')).toHaveLength(1);
    await call('events', 'DisableRule', { Name: 'r' });
    await put(entry());
    expect(await bodies('q')).toEqual([]);
  });

  test('keep their targets when they are put again', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') });
    await events.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["other"]}' }));
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'r' }));
    expect(Targets).toEqual([{ Id: 'T', Arn: arn('sqs', 'q') }]);
  });

  test('with a pattern that is not valid are refused', async () => {
    const invalid = { name: 'InvalidEventPatternException' };
    await expect(
      events.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"a":1}' })),
    ).rejects.toMatchObject(invalid);
    const trial = new TestEventPatternCommand({ EventPattern: '{"a":["x"]}', Event: '{"a":"x"}' });
    expect((await events.send(trial)).Result).toBe(true);
  });

  test.each<[string, Omit<Target, 'Id'>]>([
    ['a kind that is not built', { Arn: 'arn:aws:kinesis:eu:000000000000:stream/x' }],
    ['a FIFO queue without group', { Arn: 'arn:aws:sqs:eu:000000000000:x.fifo' }],
    ['a FIFO dead-letter queue', { Arn: arn('sqs', 'q'), DeadLetterConfig: { Arn: arn('sqs', 'd.fifo') } }],
    ['a property that is not built', { Arn: arn('sqs', 'q'), EcsParameters: { TaskDefinitionArn: 'x' } }],
    ['too many retries', { Arn: arn('sqs', 'q'), RetryPolicy: { MaximumRetryAttempts: 186 } }],
    ['too short an age', { Arn: arn('sqs', 'q'), RetryPolicy: { MaximumEventAgeInSeconds: 59 } }],
  ])('refuse %s as target', async (_, target) => {
    await expect(rule('r', target)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('have five targets at most', async () => {
    await rule('r', { Arn: arn('sqs', 'q') });
    const Targets = ['1', '2', '3', '4', '5'].map((Id) => ({ Id, Arn: arn('sqs', 'q') }));
    await expect(events.send(new PutTargetsCommand({ Rule: 'r', Targets }))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  test('hand the event unchanged to another bus, by the target’s role', async () => {
    await events.send(new CreateEventBusCommand({ Name: 'inner' }));
    await rule('in', { Arn: await queueFor('q', 'in', 'inner') }, { bus: 'inner' });
    const inner = arn('events', 'event-bus/inner');
    await roleWith(aws.gateway, 'forward', [
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: inner },
    ]);
    await rule('out', { Arn: inner, RoleArn: 'arn:aws:iam::000000000000:role/forward' });
    const answer = await put(entry());
    const [body = ''] = await bodies('q');
    expect(JSON.parse(body)).toMatchObject({ id: answer.Entries?.[0]?.EventId, source: 'shop' });
  });

  test('put a FIFO queue’s messages into the group of the target', async () => {
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

describe('a delivery that fails', () => {
  const withDlq = { DeadLetterConfig: { Arn: arn('sqs', 'dlq') } };
  async function deadLetter() {
    await delivered();
    const answer = await call('sqs', 'ReceiveMessage', {
      QueueUrl: urlOf('dlq'),
      MessageAttributeNames: ['All'],
    });
    const [letter] = answer['Messages'] as {
      Body: string;
      MessageAttributes: Record<string, { StringValue: string }>;
    }[];
    const attributes = Object.entries(letter?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
      name,
      StringValue,
    ]);
    return {
      body: JSON.parse(letter?.Body ?? '{}') as JsonObject,
      attributes: Object.fromEntries(attributes),
    };
  }

  test.each([
    ['without permission', 'NO_PERMISSIONS', () => call('sqs', 'CreateQueue', { QueueName: 'q' })],
    [
      'without a queue',
      'NO_RESOURCE',
      async () => {
        await queueFor('q', 'r');
        await call('sqs', 'DeleteQueue', { QueueUrl: urlOf('q') });
      },
    ],
  ])('%s goes to the dead-letter queue at once', async (_, code, prepare) => {
    await prepare();
    await queueFor('dlq', 'r');
    await rule('r', { Arn: arn('sqs', 'q'), ...withDlq });
    const answer = await put(entry());
    const { body, attributes } = await deadLetter();
    expect(body).toMatchObject({ id: answer.Entries?.[0]?.EventId, detail: { id: 'c-1' } });
    expect(attributes).toEqual({
      RULE_ARN: arn('events', 'rule/r'),
      TARGET_ARN: arn('sqs', 'q'),
      ERROR_CODE: code,
      ERROR_MESSAGE: expect.any(String),
      RETRY_ATTEMPTS: '0',
    });
  });

  test('by an error of the target is retried as often as the rule says', async () => {
    const calls: ServiceCall[] = [];
    aws.gateway.register('lambda', {
      handle: async (given) => {
        calls.push(given);
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
      },
    });
    const functionArn = arn('lambda', 'function:f');
    const permission = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
    };
    aws.gateway.registerResourcePolicy(
      functionArn,
      { Statement: [{ ...permission, Resource: functionArn }] },
      'r',
    );
    await queueFor('dlq', 'r');
    await rule('r', { Arn: functionArn, RetryPolicy: { MaximumRetryAttempts: 2 }, ...withDlq });
    await put(entry());
    const { attributes } = await deadLetter();
    expect(calls).toHaveLength(3);
    expect(calls[0]).toMatchObject({
      operation: 'Invoke',
      input: { FunctionName: functionArn, InvocationType: 'Event' },
    });
    expect(JSON.parse(String(calls[0]?.input['Payload']))).toMatchObject({ source: 'shop' });
    expect(attributes).toMatchObject({
      ERROR_CODE: 'THROTTLING',
      RETRY_ATTEMPTS: '2',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  test('without a dead-letter queue is dropped and counted', async () => {
    await call('sqs', 'CreateQueue', { QueueName: 'q' });
    await rule('r', { Arn: arn('sqs', 'q') });
    await put(entry());
    await delivered();
    expect([counted('FailedInvocations', 'r'), counted('InvocationsSentToDlq', 'r')]).toEqual([1, 0]);
  });

  test('in single entries of a batch is retried for those alone', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') });
    aws.gateway.faults.add({
      kind: 'fail-entries',
      service: 'sqs',
      operation: 'SendMessageBatch',
      rate: 0.5,
      limit: 4,
    });
    await put(...Array.from({ length: 10 }, (_, n) => entry({ Detail: `{"n":${n}}` })));
    const numbers = (await bodies('q')).map(
      (body) => (JSON.parse(body) as { detail: { n: number } }).detail.n,
    );
    expect(numbers.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('what a target gets', () => {
  const event = {
    version: '0',
    id: 'e-1',
    'detail-type': 'customer',
    source: 'shop',
    account: '0',
    time: '2026-01-01T00:00:00Z',
    region,
    resources: ['r-0'],
    detail: { id: 'c-1', n: 1, name: 'a "b"', list: [{ x: 1 }], object: { y: 2 } },
  };
  const transformed = (InputTemplate: string, InputPathsMap: JsonObject = {}) =>
    targetInput({ InputTransformer: { InputTemplate, InputPathsMap } })(event, {
      name: 'rule',
      arn: 'rule-arn',
    });

  test.each<[string, JsonObject, string]>([
    ['the raw event', {}, JSON.stringify(event)],
    ['a constant', { Input: '{"a":1}' }, '{"a":1}'],
    ['a part', { InputPath: '$.detail.object' }, '{"y":2}'],
    ['an element', { InputPath: '$.detail.list[0].x' }, '1'],
    ['a part by quoted name', { InputPath: "$['detail-type']" }, '"customer"'],
  ])('is %s', (_, target, expected) => {
    expect(targetInput(target)(event, { name: 'rule', arn: 'rule-arn' })).toBe(expected);
  });

  test.each<[string, string, JsonObject, string]>([
    ['strings quoted', '{"id": <id>}', { id: '$.detail.id' }, '{"id": "c-1"}'],
    ['strings in quotes once', '{"id": "<id>-x"}', { id: '$.detail.id' }, '{"id": "c-1-x"}'],
    [
      'quotes in strings escaped',
      '{"a": <name>, "b": "<name>"}',
      { name: '$.detail.name' },
      '{"a": "a \\"b\\"", "b": "a \\"b\\""}',
    ],
    [
      'objects and numbers as JSON',
      '{"o": <o>, "n": <n>}',
      { o: '$.detail.object', n: '$.detail.n' },
      '{"o": {"y":2}, "n": 1}',
    ],
    ['nothing for a missing path', '"id: <id>"', { id: '$.detail.none' }, '"id: "'],
    ['the rule', '[<aws.events.rule-name>, <aws.events.rule-arn>]', {}, '["rule", "rule-arn"]'],
    ['the whole event', '<aws.events.event.json>', {}, JSON.stringify(event)],
  ])('by a template: %s', (_, template, paths, expected) => {
    expect(transformed(template, paths)).toBe(expected);
  });

  test('without the detail in aws.events.event', () => {
    expect(JSON.parse(transformed('<aws.events.event>'))).not.toHaveProperty('detail');
  });

  test.each<[string, JsonObject]>([
    ['two kinds of input', { Input: '1', InputPath: '$' }],
    ['a path that is none', { InputPath: 'detail' }],
    ['a template too long', { InputTransformer: { InputTemplate: 'x'.repeat(8193) } }],
    ['a variable of AWS', { InputTransformer: { InputTemplate: '1', InputPathsMap: { awsId: '$.id' } } }],
    ['an unknown variable', { InputTransformer: { InputTemplate: '<id>', InputPathsMap: {} } }],
  ])('is refused with %s', (_, target) => {
    expect(() => targetInput(target)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });
});

describe('a partner event source', () => {
  const Name = 'aws.partner/commercetools.com/shop/changes';
  const state = async () => (await events.send(new DescribeEventSourceCommand({ Name }))).State;
  const publish = () => events.send(new PutPartnerEventsCommand({ Entries: [entry({ Source: Name })] }));

  test('is PENDING until a bus of its name is made; then its events come to that bus’s rules', async () => {
    await expect(state()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await call('events', 'CreatePartnerEventSource', { Name, Account: '000000000000' });
    expect(await state()).toBe('PENDING');
    await publish();
    expect(aws.metrics.sum('Local/Events', 'DroppedPartnerEvents')).toBe(1);

    const bus = await events.send(new CreateEventBusCommand({ Name, EventSourceName: Name }));
    expect(bus.EventBusArn).toBe(arn('events', `event-bus/${Name}`));
    expect(await state()).toBe('ACTIVE');
    expect((await events.send(new DescribeEventBusCommand({ Name }))).Arn).toBe(bus.EventBusArn);
    await rule('r', { Arn: await queueFor('q', 'r', Name) }, { bus: Name, pattern: { source: [Name] } });
    await publish();
    expect(await bodies('q')).toHaveLength(1);
    expect(aws.metrics.sum('Local/Events', 'DroppedPartnerEvents')).toBe(1);

    await call('events', 'DeletePartnerEventSource', { Name, Account: '000000000000' });
    expect(await state()).toBe('DELETED');
    await publish();
    expect(aws.metrics.sum('Local/Events', 'DroppedPartnerEvents')).toBe(2);
  });

  test.each<[string, { Name: string; EventSourceName?: string }, string]>([
    ['of a source that does not exist', { Name, EventSourceName: Name }, 'ResourceNotFoundException'],
    ['of another name', { Name: 'other', EventSourceName: Name }, 'ValidationException'],
    ['of a partner’s name without source', { Name }, 'ValidationException'],
    ['that there is already', { Name: 'default' }, 'ResourceAlreadyExistsException'],
  ])('a bus %s is refused', async (_, input, name) => {
    await expect(events.send(new CreateEventBusCommand(input))).rejects.toMatchObject({ name });
  });
});

test('an archive plays again what it kept, to the rules that are named, marked as a replay', async () => {
  const Arn = arn('events', 'event-bus/default');
  await events.send(
    new CreateArchiveCommand({
      ArchiveName: 'a',
      EventSourceArn: Arn,
      EventPattern: '{"source":["shop"]}',
      RetentionDays: 14,
    }),
  );
  await rule('r', { Arn: await queueFor('q', 'r') });
  await rule('other', { Arn: await queueFor('q2', 'other') });
  const at = (time: string) => entry({ Time: new Date(time), Detail: `{"at":"${time}"}` });
  await put(
    at('2026-01-01T00:00:00Z'),
    at('2026-01-01T02:00:00Z'),
    at('2026-01-02T00:00:00Z'),
    entry({ Source: 'else' }),
  );
  expect(await bodies('q')).toHaveLength(3);
  expect(await bodies('q2')).toHaveLength(3);

  await events.send(
    new StartReplayCommand({
      ReplayName: 'again',
      EventSourceArn: arn('events', 'archive/a'),
      EventStartTime: new Date('2026-01-01T00:00:00Z'),
      EventEndTime: new Date('2026-01-02T00:00:00Z'),
      Destination: { Arn, FilterArns: [arn('events', 'rule/r')] },
    }),
  );
  await eventually(async () => {
    const { State } = await events.send(new DescribeReplayCommand({ ReplayName: 'again' }));
    return State === 'COMPLETED' ? true : undefined;
  });
  const replayed = (await bodies('q')).map((body) => JSON.parse(body) as JsonObject);
  expect(replayed.map((event) => [event['replay-name'], event['time']])).toEqual([
    ['again', '2026-01-01T00:00:00Z'],
    ['again', '2026-01-01T02:00:00Z'],
  ]);
  expect(await bodies('q2')).toEqual([]);
  expect(await call('events', 'DescribeArchive', { ArchiveName: 'a' })).toMatchObject({
    EventCount: 3,
    RetentionDays: 14,
  });
});

describe('schedules', () => {
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
  ])('%s at %s: %s', (expression, time, expected) => {
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

  test('fire a scheduled event at their targets', async () => {
    const Arn = await queueFor('q', 'nightly');
    await events.send(new PutRuleCommand({ Name: 'nightly', ScheduleExpression: 'rate(1 day)' }));
    await events.send(new PutTargetsCommand({ Rule: 'nightly', Targets: [{ Id: 'T', Arn }] }));
    await call('events', 'TriggerScheduledRule', { Rule: 'nightly' });
    const [body = ''] = await bodies('q');
    expect(JSON.parse(body)).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event' });
  });
});
