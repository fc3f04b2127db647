import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeEventBusCommand,
  DescribeEventSourceCommand,
  DescribeReplayCommand,
  PutPartnerEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { eventually } from './clients.ts';
import { arn, entry, useEventBus } from './event-bus.ts';

const bus = useEventBus();
const { bodies, call, put, queueFor, rule } = bus;

describe('a partner event source', () => {
  const Name = 'aws.partner/example.com/shop/changes';
  const state = async () => (await bus.client.send(new DescribeEventSourceCommand({ Name }))).State;
  const publish = () => bus.client.send(new PutPartnerEventsCommand({ Entries: [entry({ Source: Name })] }));

  test('is PENDING until its bus is created, and then sends its events to the rules of the bus', async () => {
    await expect(state()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await call('events', 'CreatePartnerEventSource', { Name, Account: '000000000000' });
    expect(await state()).toBe('PENDING');
    await publish();
    expect(bus.aws.metrics.sum('Local/Events', 'DroppedPartnerEvents')).toBe(1);

    const created = await bus.client.send(new CreateEventBusCommand({ Name, EventSourceName: Name }));
    expect(created.EventBusArn).toBe(arn('events', `event-bus/${Name}`));
    expect(await state()).toBe('ACTIVE');
    expect((await bus.client.send(new DescribeEventBusCommand({ Name }))).Arn).toBe(created.EventBusArn);
    await rule('r', { Arn: await queueFor('q', 'r', Name) }, { bus: Name, pattern: { source: [Name] } });
    await publish();
    expect(await bodies('q')).toHaveLength(1);
    expect(bus.aws.metrics.sum('Local/Events', 'DroppedPartnerEvents')).toBe(1);

    await call('events', 'DeletePartnerEventSource', { Name, Account: '000000000000' });
    expect(await state()).toBe('DELETED');
    await publish();
    expect(bus.aws.metrics.sum('Local/Events', 'DroppedPartnerEvents')).toBe(2);
  });

  test.each<[string, { Name: string; EventSourceName?: string }, string]>([
    ['of a source that does not exist', { Name, EventSourceName: Name }, 'ResourceNotFoundException'],
    ['of another name', { Name: 'other', EventSourceName: Name }, 'ValidationException'],
    ['with the name of a partner but no source', { Name }, 'ValidationException'],
    ['that exists already', { Name: 'default' }, 'ResourceAlreadyExistsException'],
  ])('a bus %s is refused', async (_, input, name) => {
    await expect(bus.client.send(new CreateEventBusCommand(input))).rejects.toMatchObject({ name });
  });
});

test('a replay sends archived events to the chosen rules, marked as a replay', async () => {
  const Arn = arn('events', 'event-bus/default');
  await bus.client.send(
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

  await bus.client.send(
    new StartReplayCommand({
      ReplayName: 'again',
      EventSourceArn: arn('events', 'archive/a'),
      EventStartTime: new Date('2026-01-01T00:00:00Z'),
      EventEndTime: new Date('2026-01-02T00:00:00Z'),
      Destination: { Arn, FilterArns: [arn('events', 'rule/r')] },
    }),
  );
  await eventually(async () => {
    const { State } = await bus.client.send(new DescribeReplayCommand({ ReplayName: 'again' }));
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
