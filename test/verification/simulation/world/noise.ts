import type { FaultOf } from '../kernel/faults.ts';
import { faultKinds } from '../kernel/faults.ts';
import { CANARY } from '../plan/content.ts';

export type NoiseKind = FaultOf<'noise'>;

export function noiseKind(number: number): NoiseKind {
  return faultKinds.noise[number % faultKinds.noise.length] as NoiseKind;
}

const change = {
  notificationType: 'ResourceUpdated',
  projectKey: 'local',
  resource: { typeId: 'customer', id: '00000000-0000-4000-8000-0000000fffff' },
  version: 3,
};

/** Messages in the ingest queue that are not changes of the customers of this project. */
export function noiseBody(kind: NoiseKind, number: number): string {
  switch (kind) {
    case 'test-notification':
      return JSON.stringify({
        ...change,
        notificationType: 'ResourceCreated',
        resource: { typeId: 'subscription', id: change.resource.id },
      });
    case 'foreign-project':
      return JSON.stringify({ ...change, projectKey: 'somebody-else' });
    case 'unknown-type':
      return JSON.stringify({ ...change, resource: { typeId: 'cart', id: change.resource.id } });
    case 'message':
      return JSON.stringify({
        notificationType: 'Message',
        projectKey: 'local',
        resource: change.resource,
        resourceVersion: 4,
        email: `${CANARY}noise@example.test`,
      });
    case 'cloud-event':
      return JSON.stringify({ specversion: '1.0', id: '1', type: 'x', source: '/local', data: change });
    case 'bare-payload':
      return JSON.stringify({ ...change, resource: { typeId: 'cart', id: change.resource.id } });
    case 'not-json':
      return `{"broken": ${CANARY}${number}`;
    case 'empty':
      return ' ';
    case 'too-deep':
      return '['.repeat(70) + ']'.repeat(70);
    case 'too-large':
      return `"${CANARY.repeat(530_000)}"`;
    case 'bad-version':
      return JSON.stringify({ ...change, version: number % 2 === 0 ? 0 : '5', note: `${CANARY}note` });
    case 'bad-id':
      return JSON.stringify({ ...change, resource: { typeId: 'customer', id: `../${CANARY}` } });
  }
}

const event = {
  projectKey: 'local',
  resource: change.resource,
  version: 3,
  kind: 'UPSERT',
  traceId: 'bad-message',
};

/** Messages that could be sent to the route queue or directly to the handler queue. */
export function badMessage(number: number): string {
  const bodies: unknown[] = [
    { ...event, projectKey: 'somebody-else' },
    { ...event, resource: { typeId: 'cart', id: change.resource.id } },
    { ...event, version: -1 },
    { ...event, version: 0 },
    { ...event, kind: 'REMOVE' },
    { ...event, traceId: '' },
    { ...event, resource: { typeId: 'customer', id: `${CANARY}id` } },
    [],
    null,
    `${CANARY}text`,
  ];
  return JSON.stringify(bodies[number % bodies.length]);
}

/** Events that could be put on the internal bus. */
export function badEvent(number: number): string {
  const bodies: unknown[] = [
    { 'detail-type': 'commercetools.connect.customer.upsert', detail: null },
    { 'detail-type': 'commercetools.connect.customer.upsert', detail: { ...event, version: 'x' } },
    { detail: event },
    'text',
  ];
  return JSON.stringify(bodies[number % bodies.length]);
}
