import {
  CreateEventBusCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { region, roleWith } from './clients.ts';
import { arn, entry, useEventBus } from './event-bus.ts';

const bus = useEventBus();
const { bodies, counted, put, queueFor, rule } = bus;

describe('PutEvents', () => {
  test('delivers the event in the format of AWS', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') });
    const answer = await put(entry({ Time: new Date('2026-01-02T03:04:05.678Z'), Resources: ['a'] }));
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    const [body = ''] = await bodies('q');
    expect(JSON.parse(body)).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'order',
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

  test('returns one result per entry in their order', async () => {
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

  test('accepts an event for an unknown bus, and counts it as dropped', async () => {
    const answer = await put(entry({ EventBusName: 'unknown' }));
    expect(answer.Entries?.[0]?.EventId).toBeDefined();
    expect(bus.aws.metrics.sum('Local/Events', 'DroppedEvents')).toBe(1);
  });

  test('needs events:PutEvents on the bus it names', async () => {
    await bus.client.send(new CreateEventBusCommand({ Name: 'inner' }));
    const allow = { Effect: 'Allow', Action: 'events:PutEvents', Resource: arn('events', 'event-bus/inner') };
    const role = await roleWith(bus.aws.gateway, 'listener', [allow]);
    const send = (bus?: string) =>
      role.events.send(new PutEventsCommand({ Entries: [entry({ EventBusName: bus })] }));
    await send('inner');
    await expect(send()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('sends deliveries to one queue in one batch', async () => {
    await rule('r', { Arn: await queueFor('q', 'r') });
    await put(...Array.from({ length: 10 }, () => entry()));
    expect(await bodies('q')).toHaveLength(10);
    expect(bus.aws.gateway.requests()).toContainEqual({
      service: 'sqs',
      operation: 'SendMessageBatch',
      calls: 1,
      items: 10,
    });
  });
});
