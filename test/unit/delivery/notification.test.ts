import { describe, expect, test } from 'vitest';
import { readNotification } from '../../../lambdas/core/delivery/notification.ts';
import { change, eventBridgeEvent, someId } from '../../builders/notification.ts';

const read = (value: unknown) => readNotification(typeof value === 'string' ? value : JSON.stringify(value));

describe('a notification', () => {
  test('reads the same from an EventBridge event and from a bare payload', () => {
    const payload = change('ResourceUpdated', { oldVersion: 1 });
    expect(read(eventBridgeEvent(payload))).toEqual(read(payload));
    expect(read(payload)).toMatchObject({
      notification: { notificationType: 'ResourceUpdated', version: 3, resource: { id: someId } },
    });
  });

  test('does not depend on the detail-type, whose value for changes is not documented', () => {
    const payload = change('ResourceCreated');
    expect(read(eventBridgeEvent(payload, 'X'))).toEqual(read(eventBridgeEvent(payload, '')));
  });

  test('drops identifiers that the shop gave the customer', () => {
    const payload = change('ResourceCreated', {
      resourceUserProvidedIdentifiers: { key: 'jane@example.com' },
    });
    expect(JSON.stringify(read(payload))).not.toContain('jane');
  });

  test('carries the erasure of a delete', () => {
    expect(read(change('ResourceDeleted', { dataErasure: true }))).toMatchObject({
      notification: { dataErasure: true },
    });
  });

  test('takes the resource version of a message, not its own constant one', () => {
    const message = {
      ...change('ResourceCreated'),
      notificationType: 'Message',
      version: 1,
      resourceVersion: 7,
    };
    expect(read(message)).toMatchObject({ notification: { resourceVersion: 7 } });
  });

  test.each([
    ['nothing', '', 'empty'],
    ['white space', '  \n', 'empty'],
    ['half a document', '{"notificationType":', 'not-json'],
    ['a megabyte of nothing', `"${' '.repeat(1_048_577)}"`, 'too-large'],
    ['brackets without end', '['.repeat(5_000), 'too-deep'],
    [
      'depth inside a good document',
      JSON.stringify(change('ResourceCreated')).replace('{}', `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`),
      'too-deep',
    ],
    [
      'an unknown kind',
      { ...change('ResourceCreated'), notificationType: 'ResourceMoved' },
      'invalid:notificationType',
    ],
    ['version 0', change('ResourceUpdated', { version: 0 }), 'invalid:version'],
    ['a negative version', change('ResourceUpdated', { version: -1 }), 'invalid:version'],
    [
      'a version beyond 2^53',
      JSON.stringify(change('ResourceUpdated')).replace('"version":3', '"version":9007199254740993'),
      'invalid:version',
    ],
    [
      'a version that is infinite',
      JSON.stringify(change('ResourceUpdated')).replace('"version":3', '"version":1e400'),
      'invalid:version',
    ],
    ['a version as text', change('ResourceUpdated', { version: '3' }), 'invalid:version'],
    [
      'an id that is no UUID',
      change('ResourceUpdated', { resource: { typeId: 'customer', id: '../../carts' } }),
      'invalid:resource.id',
    ],
    [
      'a type that is a sentence',
      change('ResourceUpdated', { resource: { typeId: 'jane@example.com\n', id: someId } }),
      'invalid:resource.typeId',
    ],
    [
      'a time that is an address',
      change('ResourceUpdated', { modifiedAt: 'jane@example.com' }),
      'invalid:modifiedAt',
    ],
    ['a project with a blank', change('ResourceUpdated', { projectKey: 'local x' }), 'invalid:projectKey'],
    [
      'an id with something behind',
      change('ResourceUpdated', { resource: { typeId: 'customer', id: `${someId}0` } }),
      'invalid:resource.id',
    ],
    [
      'an id with something before',
      change('ResourceUpdated', { resource: { typeId: 'customer', id: `0${someId}` } }),
      'invalid:resource.id',
    ],
    [
      'a type with something behind',
      change('ResourceUpdated', { resource: { typeId: 'customer?', id: someId } }),
      'invalid:resource.typeId',
    ],
    [
      'a type with something before',
      change('ResourceUpdated', { resource: { typeId: '?customer', id: someId } }),
      'invalid:resource.typeId',
    ],
    [
      'a project with something behind',
      change('ResourceUpdated', { projectKey: 'local?' }),
      'invalid:projectKey',
    ],
    [
      'a project with something before',
      change('ResourceUpdated', { projectKey: '?local' }),
      'invalid:projectKey',
    ],
    [
      'a time with something behind',
      change('ResourceUpdated', { modifiedAt: '2026?' }),
      'invalid:modifiedAt',
    ],
    [
      'a time with something before',
      change('ResourceUpdated', { modifiedAt: '?2026' }),
      'invalid:modifiedAt',
    ],
    ['an event without a detail', { ...eventBridgeEvent({}), detail: undefined }, 'invalid:notificationType'],
    ['no project', change('ResourceUpdated', { projectKey: undefined }), 'invalid:projectKey'],
    [
      'CloudEvents',
      {
        specversion: '1.0',
        type: 'com.commercetools.customer.change.ResourceUpdated',
        data: change('ResourceUpdated'),
      },
      'cloud-events-format',
    ],
    ['CloudEvents in an EventBridge event', eventBridgeEvent({ specversion: '1.0' }), 'cloud-events-format'],
    ['a list', [], 'invalid:$'],
    ['null', null, 'invalid:$'],
  ])('refuses %s', (_what, input, refusal) => {
    expect(read(input)).toEqual({ refusal });
  });

  test('accepts every form of a time and the longest names', () => {
    for (const modifiedAt of [
      '2026-11-20T13:23:40.577Z',
      '2026-11-20T13:23:40+01:00',
      '-000001-01-01T00:00:00Z',
    ])
      expect(read(change('ResourceUpdated', { modifiedAt }))).toMatchObject({ notification: { modifiedAt } });
    const longest = { projectKey: 'p'.repeat(256), resource: { typeId: 't'.repeat(64), id: someId } };
    expect(read(change('ResourceUpdated', longest))).toMatchObject({ notification: longest });
  });

  test('ignores __proto__', () => {
    const read1 = readNotification(
      JSON.stringify(change('ResourceCreated')).replace('{', '{"__proto__":{"polluted":true},'),
    );
    expect(read1).toMatchObject({ notification: { version: 3 } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(JSON.stringify(read1)).not.toContain('polluted');
  });
});
