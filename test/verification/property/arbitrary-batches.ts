import fc from 'fast-check';
import type { QueueRecord } from '../../../lambdas/runtime/lambda/queue-record.ts';
import { change, eventBridgeEvent, idOf } from '../../builders/notification.ts';
import { event, record } from '../../builders/records.ts';

export const customerIds = [1, 2, 3].map(idOf);

const id = fc.constantFrom(...customerIds);
const version = fc.integer({ min: 1, max: 4 });

/** Something that is not a valid event, or almost one. */
const malformed = fc.oneof(
  fc.string(),
  fc.json(),
  fc.constantFrom('', '{', 'null', '[]', '{"detail":{}}', '{"__proto__":{"a":1}}', '{"specversion":"1.0"}'),
);

/** A commercetools notification: bare or in its envelope, for this project or another. */
const notification = fc
  .record({
    type: fc.constantFrom('ResourceCreated' as const, 'ResourceUpdated' as const, 'ResourceDeleted' as const),
    id,
    version,
    typeId: fc.constantFrom('customer', 'customer', 'customer', 'product', 'subscription'),
    projectKey: fc.constantFrom('local', 'local', 'local', 'foreign'),
    dataErasure: fc.boolean(),
    isWrapped: fc.boolean(),
  })
  .map(({ type, id, typeId, isWrapped, dataErasure, ...rest }) => {
    const resource = { typeId, id };
    const payload = change(type, { ...rest, resource, ...(type === 'ResourceDeleted' && { dataErasure }) });
    return isWrapped ? eventBridgeEvent(payload) : payload;
  });

/** An event of the internal bus, for a route that exists or does not. */
const busEvent = fc
  .record({
    detailType: fc.constantFrom(
      'commercetools.connect.customer.upsert',
      'commercetools.connect.customer.delete',
      'commercetools.connect.order.upsert',
    ),
    id,
    version,
  })
  .map(({ detailType, id, version }) => ({
    'detail-type': detailType,
    detail: event({
      version,
      resource: { typeId: 'customer', id },
      kind: detailType.endsWith('delete') ? 'DELETE' : 'UPSERT',
    }),
  }));

/** A message of a handler queue: ours or foreign, with or without a body. */
export const handlerEvent = fc
  .record({
    id,
    version,
    kind: fc.constantFrom('UPSERT' as const, 'UPSERT' as const, 'DELETE' as const),
    typeId: fc.constantFrom('customer', 'customer', 'customer', 'order'),
    force: fc.boolean(),
    dataErasure: fc.boolean(),
  })
  .map(({ id, typeId, force, dataErasure, ...rest }) =>
    event({
      ...rest,
      resource: { typeId, id },
      ...(force && { force }),
      ...(rest.kind === 'DELETE' && dataErasure && { dataErasure }),
    }),
  );

/** Up to ten messages, some malformed, some delivered twice: as a second message or as the same one. */
function batchOf(good: fc.Arbitrary<unknown>, copying: readonly Copying[]): fc.Arbitrary<QueueRecord[]> {
  const one = fc
    .record({
      body: fc.oneof({ weight: 4, arbitrary: good }, malformed),
      receives: fc.integer({ min: 1, max: 6 }),
      copied: fc.constantFrom('not', 'not', 'not', ...copying),
    })
    .map(({ body, receives, copied }) => {
      const first = record(body, { receives });
      const { messageId } = first;
      if (copied === 'not') return [first];
      return [first, record(body, { receives, ...(copied === 'same message' && { messageId }) })];
    });
  return fc.array(one, { maxLength: 8 }).map((lists) => lists.flat().slice(0, 10));
}

type Copying = 'another message' | 'same message';

/** Only a standard queue delivers the same message twice in one batch. */
export const ingestBatch = batchOf(notification, ['another message', 'same message']);
export const routeBatch = batchOf(busEvent, ['another message', 'same message']);
export const handlerBatch = batchOf(handlerEvent, ['another message']);

/** An endless list of draws that decide which of the next calls fail. */
export const draws = fc.infiniteStream(fc.nat({ max: 9 }));

/** Answers true for about `tenths` of ten calls. */
export function failing(stream: Iterator<number>, tenths: number): () => boolean {
  return () => (stream.next().value ?? 9) < tenths;
}
