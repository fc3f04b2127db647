import { allOf } from '../../core/base/all-of.ts';
import { ConnectorError } from '../../core/base/errors.ts';
import type { PendingChange } from '../../core/delivery/ports/pending-store.ts';
import type { Skipped, StateRow } from '../../core/delivery/ports/state-store.ts';
import { receiptSubject } from '../../core/delivery/receipt-subject.ts';
import { conflict, notFound } from '../../core/operations/control-error.ts';
import type { recordApi } from '../api/record-api.ts';
import { forgetRecording } from '../forget-recording.ts';
import {
  type HandlerScope,
  handlerScope,
  newTraceId,
  queueUnreachable,
  type RequestedEvent,
} from '../handler-scope.ts';
import { type OperationsOf, pageOf } from '../ports.ts';

/** Recorded changes that one invocation sends, in about 10 s. The caller repeats it for the rest. */
const MAX_SENT = 2_000;
const PAGE = 100;

export const recordOperations: OperationsOf<typeof recordApi> = {
  'record.list': async (ports, { handler, class: of, limit, cursor }) => {
    const scope = handlerScope(ports, handler);
    const page = pageOf({ limit, cursor });
    const { items, next } =
      of === 'skipped' ? await excluded(scope, page) : await ports.pending.list(scope.partition, page);
    const records = items.map(({ resourceType: _type, ...record }: Skipped | PendingChange) => record);
    return { records, ...(next !== undefined && { next }) };
  },

  'record.process': async (ports, { handler, ids }) => {
    const traceId = newTraceId(ports);
    const scope = handlerScope(ports, handler);
    const done =
      ids === undefined
        ? { sent: await processAll(scope, traceId) }
        : await processNamed(scope, traceId, [...new Set(ids)]);
    return { ...done, left: await forgetRecording(scope) };
  },

  'record.skip': async (ports, { handler, ids }) => {
    const scope = handlerScope(ports, handler);
    const wanted = [...new Set(ids)];
    const records = await scope.records(wanted);
    await refuseUnknown(scope, wanted, records);
    const live = wanted.filter((id) => records.get(id)?.status !== 'deleted');
    await allOf(live.map((id) => ports.store.setSkipped(scope.key(id), true)));
    return { skipped: live.length };
  },

  'record.link': async (ports, { handler, id, username }) => {
    const scope = handlerScope(ports, handler);
    const records = await scope.records([id]);
    const record = records.get(id);
    if (record?.status === 'deleted') {
      throw conflict(
        'RECORD_DELETED',
        `${id} was deleted, so it cannot be linked to a Fluent customer any more.`,
      );
    }
    await refuseUnknown(scope, [id], records);
    await checkLinkable(scope, id, username);
    await ports.store.link(scope.key(id), username);
    const sent = await scope.send([forcedRequest(id, record)], newTraceId(ports));
    const note =
      sent.length > 0
        ? 'The customer is being written to that Fluent customer now.'
        : 'The queue accepted no message, so the customer is written to that Fluent customer with its next change.';
    return { done: true, note };
  },

  'record.erase': async (ports, { handler, id, evenIfPresent, evenIfUnknown }) => {
    const scope = handlerScope(ports, handler);
    const isPresent = () => ports.lister.exists({ resourceType: scope.resourceType, id });
    if (!evenIfPresent && (await isPresent())) {
      const days = Math.floor(ports.delivery.tombstoneSeconds / 86_400);
      throw conflict(
        'STILL_PRESENT',
        `commercetools still has ${id}. Delete it there with data erasure, and it is erased here automatically. Or request it with ` +
          `evenIfPresent (erase --even-if-present): its changes are not synced for ${days} days, and you must delete it there before they end.`,
      );
    }
    // Reject unknown ids: a typo would still yield a receipt.
    if (!evenIfUnknown && !(await isKnown(scope, id)) && !(evenIfPresent && (await isPresent()))) {
      throw notFound(
        'RECORD_UNKNOWN',
        `Neither commercetools nor Fluent nor the connector knows ${id}. Check the id. To erase it anyway, request it with ` +
          'evenIfUnknown (erase --even-if-unknown).',
      );
    }
    const requestId = newTraceId(ports);
    const request: RequestedEvent = { id, version: 0, kind: 'DELETE', dataErasure: true };
    if ((await scope.send([request], requestId)).length === 0) throw queueUnreachable(handler);
    return { subject: receiptSubject(scope.key(id)), requestId };
  },

  'record.receipt': async (ports, { handler, id }) => {
    const found = await ports.receipts.read(receiptSubject(handlerScope(ports, handler).key(id)));
    return found ? { receipt: { ...found, incomplete: [...found.incomplete] } } : {};
  },
};

/** The list may still name customers that were deleted while excluded: the sync record decides. */
async function excluded(scope: HandlerScope, page: ReturnType<typeof pageOf<string>>) {
  const { items, ...rest } = await scope.ports.store.skipped(scope.partition, page);
  const records = await scope.records(items.map(({ id }) => id));
  return { ...rest, items: items.filter(({ id }) => records.get(id)?.isSkipped === true) };
}

async function processAll(scope: HandlerScope, traceId: string): Promise<number> {
  let sent = 0;
  let after: string | undefined;
  do {
    const page = pageOf({ limit: PAGE, cursor: after });
    const { items, next } = await scope.ports.pending.list(scope.partition, page);
    const wanted = await withoutExcluded(scope, items);
    const released = await release(scope, traceId, wanted);
    sent += released.length;
    if (sent === 0 && wanted.length > 0) throw queueUnreachable(scope.handler);
    after = released.length === wanted.length ? next : undefined;
  } while (after !== undefined && sent < MAX_SENT);
  return sent;
}

/** Excluded customers are only processed by id. A delete is sent although its customer is excluded. */
async function withoutExcluded(
  { records }: HandlerScope,
  changes: readonly PendingChange[],
): Promise<readonly PendingChange[]> {
  const known = await records(changes.map(({ id }) => id));
  return changes.filter(({ id, kind }) => kind === 'DELETE' || known.get(id)?.isSkipped !== true);
}

/** Sends recorded changes, then deletes them. Sending them twice after a crash does no harm. */
async function release(
  { ports, send, key }: HandlerScope,
  traceId: string,
  changes: readonly (PendingChange & Pick<RequestedEvent, 'force'>)[],
): Promise<readonly RequestedEvent[]> {
  const requests = changes.map((change) => ({ ...change, process: true }));
  const sent = await send(requests, traceId);
  await allOf(sent.map((change) => ports.pending.clear(key(change.id), change)));
  return sent;
}

/** Sends recorded and excluded customers, and includes the latter. Throws not-found NOTHING_RECORDED. */
async function processNamed(
  scope: HandlerScope,
  traceId: string,
  ids: readonly string[],
): Promise<{ readonly sent: number; readonly unknown?: string[] }> {
  const { ports, key } = scope;
  const [recorded, records] = await Promise.all([ports.pending.byIds(ids.map(key)), scope.records(ids)]);
  const skipped = ids.filter(
    (id) => records.get(id)?.status === 'live' && records.get(id)?.isSkipped === true,
  );
  if (recorded.length === 0 && skipped.length === 0) {
    throw notFound(
      'NOTHING_RECORDED',
      'None of these customers is recorded in Prepare mode or excluded by `skip`. `explain` shows the state of one.',
    );
  }
  // Sent before they are included again, so that the request can be repeated after a crash. Forced, because
  // changes after the recorded one were skipped, and a run may have written the recorded one.
  const changes = recorded.map((change) => ({
    ...change,
    ...(change.kind === 'UPSERT' && skipped.includes(change.id) && { force: true }),
  }));
  const released = await release(scope, traceId, changes);
  const isRecorded = (id: string) => recorded.some((change) => change.id === id);
  const unrecorded = skipped.filter((id) => !isRecorded(id));
  const forced = await scope.send(
    unrecorded.map((id) => forcedRequest(id, records.get(id))),
    traceId,
  );
  const sent = [...released, ...forced];
  if (sent.length === 0) throw queueUnreachable(scope.handler);
  const included = skipped.filter((id) => sent.some((request) => request.id === id));
  await allOf(included.map((id) => ports.store.setSkipped(key(id), false)));
  const unknown = ids.filter((id) => !skipped.includes(id) && !isRecorded(id));
  return { sent: sent.length, ...(unknown.length > 0 && { unknown }) };
}

/** Does the connector or Fluent know the customer? */
async function isKnown(scope: HandlerScope, id: string): Promise<boolean> {
  const { ports } = scope;
  const key = scope.key(id);
  const [record, recorded, receipt] = await Promise.all([
    scope.record(id),
    ports.pending.byIds([key]),
    ports.receipts.read(receiptSubject(key)),
  ]);
  return record !== undefined || recorded.length > 0 || receipt !== undefined || mayBeInOms(scope, id);
}

/** Also yes while Fluent does not answer: the erasure waits in the queue until it does. */
async function mayBeInOms({ ports, handler }: HandlerScope, id: string): Promise<boolean> {
  try {
    const { resources } = await ports.handlerFunctions.ask(handler, {
      ...{ request: 'inspect', values: 'none', isPartial: true },
      resources: [{ id, body: null }],
    });
    return resources.some(({ isInOms, unavailable }) => isInOms || unavailable !== undefined);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return true;
  }
}

/** The Fluent customer must exist and must not belong to another customer. */
async function checkLinkable({ ports, handler }: HandlerScope, id: string, ref: string): Promise<void> {
  const { isKnown, markedAs } = await ports.handlerFunctions.ask(handler, { request: 'look-up-ref', ref });
  if (!isKnown) {
    throw notFound(
      'REF_UNKNOWN',
      'Fluent has no customer with this username. Check it in Fluent; upper and lower case differ.',
    );
  }
  if (markedAs !== undefined && markedAs !== id) {
    throw conflict(
      'REF_TAKEN',
      `That Fluent customer belongs to ${markedAs}, and two customers cannot share one. Erase or relink ${markedAs} first.`,
    );
  }
}

const forcedRequest = (id: string, record: StateRow | undefined): RequestedEvent => ({
  id,
  version: Math.max(record?.version ?? 0, 1),
  kind: 'UPSERT',
  force: true,
  process: true,
});

/** Throws not-found RECORD_UNKNOWN with the ids that neither the connector nor commercetools knows. */
async function refuseUnknown(
  { ports, resourceType }: HandlerScope,
  ids: readonly string[],
  records: ReadonlyMap<string, StateRow | undefined>,
): Promise<void> {
  const without = ids.filter((id) => records.get(id) === undefined);
  if (without.length === 0) return;
  const listed = await ports.lister.byIds({ resourceType, ids: without, expand: [] });
  const unknown = without.filter((id) => !listed.some((resource) => resource.id === id));
  if (unknown.length === 0) return;
  throw notFound(
    'RECORD_UNKNOWN',
    `Neither commercetools nor the connector knows ${unknown.join(', ')}. Nothing was changed.`,
  );
}
