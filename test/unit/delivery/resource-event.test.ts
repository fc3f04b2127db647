import { describe, expect, test } from 'vitest';
import { parseResourceEvent, readResourceEvent } from '../../../lambdas/core/delivery/resource-event.ts';
import { event } from '../../builders/records.ts';

const refusal = (over: Record<string, unknown>) => parseResourceEvent({ ...event(), ...over });

describe('an event', () => {
  test('is read as it was written', () => {
    const whole = event({
      modifiedAt: '2026-11-20T13:23:40.577Z',
      runId: 'full/2026-11-20',
      body: { id: 1 },
      bodyAt: 7,
      force: true,
    });
    expect(readResourceEvent(JSON.stringify(whole))).toEqual({ event: whole });
    expect(readResourceEvent('{')).toEqual({ refusal: 'not-json' });
    expect(readResourceEvent('[]')).toEqual({ refusal: 'invalid:$' });
  });

  test('has version 0 only as a delete', () => {
    expect(refusal({ version: 0 })).toEqual({ refusal: 'invalid:version' });
    expect(refusal({ version: 0, kind: 'DELETE' })).toHaveProperty('event');
    expect(refusal({ version: -1, kind: 'DELETE' })).toEqual({ refusal: 'invalid:version' });
  });

  test.each([
    ['traceId', ''],
    ['traceId', 'x'.repeat(129)],
    ['traceId', 'jane@example.com'],
    ['runId', 'a run'],
    ['runId', '?run'],
    ['runId', 'run?'],
    ['runId', 'run\nforged'],
    ['modifiedAt', 'jane'],
    ['projectKey', 'local x'],
    ['resource', { typeId: 'jane doe', id: event().resource.id }, 'resource.typeId'],
    ['resource', { typeId: 'customer', id: 'x' }, 'resource.id'],
    ['kind', 'upsert'],
  ])('with %s "%s" is refused with the name of the field', (field, value, path = field) => {
    expect(refusal({ [field]: value })).toEqual({ refusal: `invalid:${path}` });
  });
});
