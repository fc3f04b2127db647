import { describe, expect, test } from 'vitest';
import { deliverySettings } from '../../../lambdas/core/delivery/delivery-settings.ts';
import type { StateRow } from '../../../lambdas/core/delivery/ports/state-store.ts';
import { decideStart } from '../../../lambdas/core/delivery/protocol.ts';
import type { ResourceEvent } from '../../../lambdas/core/delivery/resource-event.ts';
import { event } from '../../builders/records.ts';

const settings = deliverySettings.parse({});
const live: StateRow = { version: 2, status: 'live', mapperVersion: 1 };

function start(over: Partial<ResourceEvent>, row: StateRow | undefined, isPreparing = false, receives = 1) {
  const work = { event: event({ version: 3, ...over }), receives, sentAt: 0 };
  return decideStart(work, row, { settings, mapperVersion: 1, now: 0, isPreparing });
}

describe('a customer that an operator excluded', () => {
  const excluded: StateRow = { ...live, isSkipped: true };

  test('is skipped, forced or not', () => {
    expect(start({}, excluded)).toEqual({ step: 'skipped' });
    expect(start({ force: true }, excluded)).toEqual({ step: 'skipped' });
    expect(start({ process: false }, excluded)).toEqual({ step: 'skipped' });
    expect(start({}, excluded, true)).toEqual({ step: 'skipped' });
  });

  test('is synced once the operator releases it, and always deleted', () => {
    expect(start({ process: true }, excluded)).toEqual({ step: 'fetch' });
    expect(start({ kind: 'DELETE' }, excluded)).toEqual({ step: 'delete', erase: false });
  });

  test('leaves other customers alone', () => {
    expect(start({}, { ...live, isSkipped: false })).toEqual({ step: 'fetch' });
    expect(start({}, undefined)).toEqual({ step: 'fetch' });
  });
});

describe('in Prepare mode', () => {
  test('a change and a delete are recorded, even one that would be given up', () => {
    expect(start({}, live, true)).toEqual({ step: 'record' });
    expect(start({ kind: 'DELETE' }, live, true)).toEqual({ step: 'record' });
    expect(start({}, live, true, settings.receiveGuard)).toEqual({ step: 'record' });
    expect(start({ process: false, dataErasure: false }, live, true)).toEqual({ step: 'record' });
  });

  test('a released change is sent, and so is an erasure', () => {
    expect(start({ process: true }, live, true)).toEqual({ step: 'fetch' });
    expect(start({ kind: 'DELETE', dataErasure: true }, live, true)).toEqual({ step: 'delete', erase: true });
  });

  test('a version that is already confirmed is not recorded', () => {
    expect(start({ version: 2 }, live, true)).toEqual({ step: 'superseded' });
  });
});
