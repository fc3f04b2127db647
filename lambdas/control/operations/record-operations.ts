import { allOf } from '../../core/base/all-of.ts';
import { ConnectorError } from '../../core/base/errors.ts';
import { timeUuid } from '../../core/base/uuid.ts';
import type { PendingChange } from '../../core/delivery/ports/pending-store.ts';
import type { Skipped, StateRow } from '../../core/delivery/ports/state-store.ts';
import { receiptSubject } from '../../core/delivery/receipt-subject.ts';
import { conflict, notFound } from '../../core/operations/control-error.ts';
import { forgetRecording } from '../forget-recording.ts';
import { knownHandler, scopeOf, stateKeyOf } from '../known-handler.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { rowsOf } from '../rows-of.ts';
import { queueUnreachable, type RequestedEvent, sendEvents } from '../send-events.ts';

/** Recorded changes that one invocation sends: about 10 s of its 60. Whoever asked asks again for what is left. */
const MAX_SENT = 2_000;
const PAGE = 100;

export const recordOperations: OperationsOf<
  'record.list' | 'record.process' | 'record.skip' | 'record.link' | 'record.erase' | 'record.receipt'
> = {
  'record.list': async (ports, { handler, class: of, limit, cursor }) => {
    const scope = scopeOf(ports, handler);
    const query = { limit, ...(cursor !== undefined && { after: cursor }) };
    const { items, next } =
      of === 'skipped' ? await skippedOf(ports, handler, query) : await ports.pending.list(scope, query);
    const records = items.map(({ resourceType: _type, ...record }: Skipped | PendingChange) => record);
    return { records, ...(next !== undefined && { next }) };
  },

  'record.process': async (ports, { handler, ids }) => {
    const traceId = requestId(ports);
    const done =
      ids === undefined
        ? { sent: await processAll(ports, handler, traceId) }
        : await processNamed(ports, handler, traceId, [...new Set(ids)]);
    return { ...done, left: await forgetRecording(ports, handler) };
  },

  'record.skip': async (ports, { handler, ids }) => {
    const wanted = [...new Set(ids)];
    const rows = await rowsOf(ports, handler, wanted);
    await checkKnown(ports, handler, wanted, rows);
    const live = wanted.filter((id) => rows.get(id)?.status !== 'deleted');
    await allOf(live.map((id) => ports.store.setSkipped(stateKeyOf(ports, handler, id), true)));
    return { skipped: live.length };
  },

  'record.link': async (ports, { handler, id, ref }) => {
    const rows = await rowsOf(ports, handler, [id]);
    if (rows.get(id)?.status === 'deleted') {
      throw conflict('RECORD_DELETED', `${id} was deleted: it takes no record of Fluent any more.`);
    }
    await checkKnown(ports, handler, [id], rows);
    await checkLinkable(ports, handler, id, ref);
    await ports.store.link(stateKeyOf(ports, handler, id), ref);
    return { done: true, note: await tryAtOnce(ports, handler, id, rows.get(id)) };
  },

  'record.erase': async (ports, { handler, id, evenIfPresent, evenIfUnknown }) => {
    const { resourceType } = knownHandler(ports, handler);
    const isPresent = () => ports.lister.isThere({ resourceType, id });
    if (!evenIfPresent && (await isPresent())) {
      throw conflict(
        'STILL_PRESENT',
        `commercetools still has ${id}. Delete it there with data erasure, and it is erased here by itself; or ask with ` +
          `evenIfPresent (erase --even-if-present): then no change of it is synced for ${Math.floor(ports.delivery.tombstoneSeconds / 86_400)} days, and it has to be deleted there by then.`,
      );
    }
    if (!evenIfUnknown && !(await isKnown(ports, handler, id)) && !(evenIfPresent && (await isPresent()))) {
      throw notFound(
        'RECORD_UNKNOWN',
        `Neither commercetools nor Fluent nor the connector knows ${id}. Look whether the id is the right one; to erase it all ` +
          'the same, ask with evenIfUnknown (erase --even-if-unknown).',
      );
    }
    const traceId = requestId(ports);
    const wish: RequestedEvent = { id, version: 0, kind: 'DELETE', dataErasure: true };
    const taken = await sendEvents(ports, handler, traceId, [wish]);
    if (taken.length === 0) throw queueUnreachable(handler);
    return {
      subject: receiptSubject(stateKeyOf(ports, handler, id)),
      requestId: traceId,
    };
  },

  'record.receipt': async (ports, { handler, id }) => {
    const found = await ports.receipts.read(receiptSubject(stateKeyOf(ports, handler, id)));
    return found ? { receipt: { ...found, incomplete: [...found.incomplete] } } : {};
  },
};

/** The row decides: an entry of somebody who was deleted while he was taken out may be left in the list. */
async function skippedOf(ports: ControlPorts, handler: string, query: { limit: number; after?: string }) {
  const { items, ...rest } = await ports.store.skipped(scopeOf(ports, handler), query);
  const rows = await rowsOf(
    ports,
    handler,
    items.map(({ id }) => id),
  );
  return { ...rest, items: items.filter(({ id }) => rows.get(id)?.isSkipped === true) };
}

async function processAll(ports: ControlPorts, handler: string, traceId: string): Promise<number> {
  let sent = 0;
  let after: string | undefined;
  do {
    const { items, next } = await ports.pending.list(scopeOf(ports, handler), {
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    const wanted = await withoutExcluded(ports, handler, items);
    const released = await release(ports, handler, traceId, wanted);
    sent += released.length;
    if (sent === 0 && wanted.length > 0) throw queueUnreachable(handler);
    after = released.length === wanted.length ? next : undefined;
  } while (after !== undefined && sent < MAX_SENT);
  return sent;
}

/** Who was looked through and taken out is released by name only. A delete does not ask. */
async function withoutExcluded(
  ports: ControlPorts,
  handler: string,
  changes: readonly PendingChange[],
): Promise<readonly PendingChange[]> {
  const rows = await rowsOf(
    ports,
    handler,
    changes.map(({ id }) => id),
  );
  return changes.filter(({ id, kind }) => kind === 'DELETE' || rows.get(id)?.isSkipped !== true);
}

/**
 * Sends what was recorded, then forgets it: a crash in between sends it twice, which does nothing the second time. Answers those that
 * the queue took.
 */
async function release(
  ports: ControlPorts,
  handler: string,
  traceId: string,
  changes: readonly (PendingChange & Pick<RequestedEvent, 'force'>)[],
): Promise<readonly RequestedEvent[]> {
  const requests = changes.map((change) => ({ ...change, process: true }));
  const taken = await sendEvents(ports, handler, traceId, requests);
  await allOf(taken.map((change) => ports.pending.clear(stateKeyOf(ports, handler, change.id), change)));
  return taken;
}

/** Those recorded are sent, those taken out are sent and set back. Throws not-found NOTHING_RECORDED. */
async function processNamed(
  ports: ControlPorts,
  handler: string,
  traceId: string,
  ids: readonly string[],
): Promise<{ readonly sent: number; readonly unknown?: string[] }> {
  const [recorded, rows] = await Promise.all([
    ports.pending.byIds(ids.map((id) => stateKeyOf(ports, handler, id))),
    rowsOf(ports, handler, ids),
  ]);
  const skipped = ids.filter((id) => rows.get(id)?.status === 'live' && rows.get(id)?.isSkipped === true);
  if (recorded.length === 0 && skipped.length === 0) {
    throw notFound(
      'NOTHING_RECORDED',
      'None of these is recorded in Prepare mode or taken out by `skip`. `explain` tells how each stands.',
    );
  }
  // Sent first: what is released passes although it is skipped, and a crash in between leaves what can be asked again. Forced: changes
  // after the recorded one ended as skipped, and that one may have been written by a run.
  const changes = recorded.map((change) => ({
    ...change,
    ...(change.kind === 'UPSERT' && skipped.includes(change.id) && { force: true }),
  }));
  const released = await release(ports, handler, traceId, changes);
  const only = skipped.filter((id) => !recorded.some((change) => change.id === id));
  const forced = await sendEvents(
    ports,
    handler,
    traceId,
    only.map((id) => forcedRequest(id, rows.get(id))),
  );
  const sent = [...released, ...forced];
  if (sent.length === 0) throw queueUnreachable(handler);
  const back = skipped.filter((id) => sent.some((wish) => wish.id === id));
  await allOf(back.map((id) => ports.store.setSkipped(stateKeyOf(ports, handler, id), false)));
  const unknown = ids.filter((id) => !skipped.includes(id) && !recorded.some((change) => change.id === id));
  return { sent: sent.length, ...(unknown.length > 0 && { unknown }) };
}

/** Somebody must know whom to erase: a mistyped id would get a receipt, too. What commercetools has is no matter of this. */
async function isKnown(ports: ControlPorts, handler: string, id: string): Promise<boolean> {
  const key = stateKeyOf(ports, handler, id);
  const [rows, recorded, receipt] = await Promise.all([
    rowsOf(ports, handler, [id]),
    ports.pending.byIds([key]),
    ports.receipts.read(receiptSubject(key)),
  ]);
  if (rows.get(id) || recorded.length > 0 || receipt) return true;
  return mayBeInOms(ports, handler, id);
}

/** Yes, if nobody can tell: an erasure waits in the queue until Fluent is back. */
async function mayBeInOms({ handlerFunctions }: ControlPorts, handler: string, id: string): Promise<boolean> {
  try {
    const { resources } = await handlerFunctions.ask(handler, {
      ...{ request: 'inspect', values: 'none', isPartial: true },
      resources: [{ id, body: null }],
    });
    return resources.some(({ isInOms, unavailable }) => isInOms || unavailable !== undefined);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return true;
  }
}

/** Fluent must know the record, and it must not be marked as another resource. */
async function checkLinkable(ports: ControlPorts, handler: string, id: string, ref: string): Promise<void> {
  const { isKnown, markedAs } = await ports.handlerFunctions.ask(handler, { request: 'look-up-ref', ref });
  if (!isKnown) {
    throw notFound('REF_UNKNOWN', 'Fluent has no record with that username. Look it up there; case counts.');
  }
  if (markedAs !== undefined && markedAs !== id) {
    throw conflict(
      'REF_TAKEN',
      `That record of Fluent belongs to ${markedAs}. Two customers cannot share one record; erase or relink that one first.`,
    );
  }
}

/** Whoever links wants to see it work: one forced event. The link stands without it, too. */
async function tryAtOnce(
  ports: ControlPorts,
  handler: string,
  id: string,
  row: StateRow | undefined,
): Promise<string> {
  const wish = forcedRequest(id, row);
  const taken = await sendEvents(ports, handler, requestId(ports), [wish]);
  return taken.length > 0
    ? 'The customer is written there now.'
    : 'The customer is written there with its next change: the queue took nothing just now.';
}

const forcedRequest = (id: string, row: StateRow | undefined): RequestedEvent => ({
  id,
  version: Math.max(row?.version ?? 0, 1),
  kind: 'UPSERT',
  force: true,
  process: true,
});

/** Each id must have a row or stand in commercetools. Throws not-found RECORD_UNKNOWN naming those that do not. */
async function checkKnown(
  ports: ControlPorts,
  handler: string,
  ids: readonly string[],
  rows: ReadonlyMap<string, StateRow | undefined>,
): Promise<void> {
  const without = ids.filter((id) => rows.get(id) === undefined);
  if (without.length === 0) return;
  const { resourceType } = knownHandler(ports, handler);
  const listed = await ports.lister.byIds({ resourceType, ids: without, expand: [] });
  const unknown = without.filter((id) => !listed.some((resource) => resource.id === id));
  if (unknown.length === 0) return;
  throw notFound(
    'RECORD_UNKNOWN',
    `Neither commercetools nor the connector knows ${unknown.join(', ')}. Nothing was changed.`,
  );
}

/** Names one request in logs, messages and receipts. */
function requestId({ clock, random }: ControlPorts): string {
  return timeUuid(clock(), random);
}
