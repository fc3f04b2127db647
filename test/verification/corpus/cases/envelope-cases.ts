import { change, eventBridgeEvent } from '../../../builders/notification.ts';
import { canary, changeOf, eventOf, type Input, nextId, onBus, upsert } from '../input.ts';
import { missing, withValue } from './customer-fields.ts';

const group = 'envelopes';
type Make = (id: string) => unknown;

const message = (id: string, over: Record<string, unknown> = {}) => ({
  notificationType: 'Message',
  projectKey: 'local',
  id: '0a000000-0000-4000-8000-000000000001',
  version: 1,
  sequenceNumber: 2,
  resource: { typeId: 'customer', id },
  resourceVersion: 2,
  resourceUserProvidedIdentifiers: {},
  type: 'CustomerLastNameSet',
  lastName: canary,
  createdAt: '2026-11-20T13:30:09.760Z',
  ...over,
});
const cloudEvent = (id: string, over: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id: '0a000000-0000-4000-8000-000000000002',
  type: 'com.commercetools.customer.change.ResourceUpdated',
  source: '/local/customers',
  subject: id,
  data: changeOf(id),
  ...over,
});

const wrapped: readonly ((payload: unknown) => unknown)[] = [
  (payload) => payload,
  (payload) => eventBridgeEvent(payload),
  (payload) => eventBridgeEvent(payload, ''),
  (payload) => ({ ...eventBridgeEvent(payload), account: '999999999999', region: 'us-gov-west-1' }),
  (payload) => ({ ...eventBridgeEvent(payload), source: `aws.partner/${canary}/x` }),
  (payload) => ({ ...eventBridgeEvent(payload), source: 7 }),
  (payload) => ({ ...eventBridgeEvent(payload), 'detail-type': null }),
  (payload) => eventBridgeEvent(JSON.stringify(payload)),
  (payload) => eventBridgeEvent([payload]),
  (payload) => eventBridgeEvent(eventBridgeEvent(payload)),
  (payload) => ({ Type: 'Notification', MessageId: 'x', Message: JSON.stringify(payload) }),
  (payload) => ({ Records: [{ body: JSON.stringify(payload) }] }),
  (payload) => ({ message: { data: Buffer.from(JSON.stringify(payload)).toString('base64') } }),
  (payload) => [payload],
];

const payloads: Readonly<Record<string, Make>> = {
  change: (id) => changeOf(id),
  'subscription test': (id) => change('ResourceCreated', { resource: { typeId: 'subscription', id } }),
  message,
  'message without payload': (id) =>
    message(id, {
      type: undefined,
      payloadNotIncluded: { reason: 'Payload too large.', payloadType: 'CustomerCreated' },
    }),
  'message without resource version': (id) => message(id, { resourceVersion: undefined }),
  'cloud event': (id) => cloudEvent(id),
  'cloud event, wrong version': (id) => cloudEvent(id, { specversion: 0.3 }),
  'beta event': (id) => ({
    notificationType: 'Event',
    id,
    type: 'ImportContainerCreated',
    resourceType: 'x',
    data: {},
  }),
  'other project': (id) => changeOf(id, { projectKey: 'other' }),
  'project in capitals': (id) => changeOf(id, { projectKey: 'LOCAL' }),
  'project with a blank': (id) => changeOf(id, { projectKey: `local ${canary}` }),
  'other type': (id) => changeOf(id, { resource: { typeId: 'cart', id } }),
  'unknown type': (id) => changeOf(id, { resource: { typeId: `${canary}?`, id } }),
  'type with a line feed': (id) => changeOf(id, { resource: { typeId: `customer\n${canary}`, id } }),
  'long type': (id) => changeOf(id, { resource: { typeId: 'x'.repeat(256), id } }),
  'type that is an address': (id) => changeOf(id, { resource: { typeId: 'a@example.com', id } }),
  'no kind': (id) => changeOf(id, { notificationType: undefined }),
  'kind in other letters': (id) => changeOf(id, { notificationType: 'resourceupdated' }),
  'kind of the prototype': (id) => changeOf(id, { notificationType: 'constructor' }),
  'delete without erasure': (id) => change('ResourceDeleted', { resource: { typeId: 'customer', id } }),
  'delete with erasure': (id) =>
    change('ResourceDeleted', { resource: { typeId: 'customer', id }, dataErasure: true }),
  'erasure as text': (id) =>
    change('ResourceDeleted', { resource: { typeId: 'customer', id }, dataErasure: 'true' }),
  'old version above version': (id) => changeOf(id, { oldVersion: 9 }),
  'version 0': (id) => changeOf(id, { version: 0 }),
  'huge version': (id) => changeOf(id, { version: Number.MAX_SAFE_INTEGER }),
  'id in capitals': (id) => changeOf(id, { resource: { typeId: 'customer', id: id.toUpperCase() } }),
  'id in braces': (id) => changeOf(id, { resource: { typeId: 'customer', id: `{${id}}` } }),
  'id with a line feed': (id) => changeOf(id, { resource: { typeId: 'customer', id: `${id}\n` } }),
  'modified in 1970': (id) => changeOf(id, { modifiedAt: '1970-01-01T00:00:00.000Z' }),
  'modified in 2999': (id) => changeOf(id, { modifiedAt: '2999-12-31T23:59:59.999Z' }),
  'modified before Christ': (id) => changeOf(id, { modifiedAt: '-000001-01-01T00:00:00Z' }),
  'modified is an address': (id) => changeOf(id, { modifiedAt: `${canary}@example.com` }),
  'modified is a line': (id) => changeOf(id, { modifiedAt: '2026-11-20\nforged' }),
  'identifiers of the shop': (id) => changeOf(id, { resourceUserProvidedIdentifiers: { key: canary } }),
  'identifiers are a list': (id) => changeOf(id, { resourceUserProvidedIdentifiers: [canary] }),
  'unknown members': (id) => changeOf(id, { [canary]: canary, email: canary }),
  nothing: () => null,
};

const notifications: Input[] = Object.entries(payloads).flatMap(([name, make]) =>
  wrapped.map((wrap, index) => {
    const id = nextId();
    return { group, name: `${name} in ${index}`, id, message: JSON.stringify(wrap(make(id))) };
  }),
);

const detailTypes = [
  '',
  'x',
  upsert,
  `${upsert} `,
  'constructor',
  '__proto__',
  `${upsert}\n`,
  canary,
  7,
  null,
  [upsert],
  {},
];
const ofBus: Input[] = [
  ...detailTypes.map((type): Input => {
    const id = nextId();
    return {
      group,
      name: `detail-type ${String(type)}`,
      id,
      message: JSON.stringify(onBus(eventOf(id), type)),
      doors: ['router'],
    };
  }),
  ...['detail-type', 'source', 'detail'].flatMap((member) =>
    [missing, null, '', canary, 0, [], {}].map((value): Input => {
      const id = nextId();
      const text = JSON.stringify(withValue(onBus(eventOf(id)), member, value));
      return { group, name: `bus ${member} ${String(value)}`, id, message: text, doors: ['router'] };
    }),
  ),
];

const runs: Readonly<Record<string, Record<string, unknown>>> = {
  'delete at version 0': { kind: 'DELETE', version: 0 },
  'upsert at version 0': { version: 0 },
  'foreign type': { resource: { typeId: 'cart', id: nextId() } },
  'foreign project': { projectKey: 'other' },
  forced: { force: true },
  'run with a strange id': { runId: `${canary} run\n` },
  'trace with a strange id': { traceId: `${canary}@example.com` },
  'long trace': { traceId: 'x'.repeat(129) },
  'body without time': { body: { id: 'x' } },
  'time without body': { bodyAt: 0 },
  'body of yesterday': { body: {}, bodyAt: 1 },
  'body of tomorrow': { body: {}, bodyAt: 9e15 },
  'body is a list': { body: [], bodyAt: 1.7e12 },
  'body is null': { body: null, bodyAt: 1.7e12 },
  'body of another customer': { body: { id: nextId(), version: 9 }, bodyAt: 1.7e12 },
  'erasure of an upsert': { dataErasure: true },
  'forced delete with erasure': { force: true, kind: 'DELETE', dataErasure: true },
};
const ofRuns: Input[] = Object.entries(runs).map(([name, over]) => {
  const id = nextId();
  return {
    group,
    name: `event: ${name}`,
    id,
    message: JSON.stringify(eventOf(id, over)),
    doors: ['handler'],
  };
});

export const envelopes: readonly Input[] = [...notifications, ...ofBus, ...ofRuns];
