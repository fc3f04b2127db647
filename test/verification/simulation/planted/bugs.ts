import { besideBugs } from './beside-bugs.ts';
import type { Edit, PlantedBug } from './planted-bug.ts';

const protocol = 'lambdas/core/delivery/protocol.ts';
const collapse = 'lambdas/core/delivery/collapse.ts';
const batch = 'lambdas/runtime/resource/process-batch.ts';
const source = 'lambdas/runtime/resource/read-source.ts';
const write = 'lambdas/runtime/resource/write-to-oms.ts';
const retry = 'lambdas/runtime/resource/retry-later.ts';
const event = 'lambdas/core/delivery/resource-event.ts';
const upsert = 'lambdas/handlers/customer/upsert.ts';
const memory = 'test/fakes/memory-state-store.ts';
const listener = 'lambdas/queue-listener/listen.ts';
const router = 'lambdas/router/route.ts';
const token = 'lambdas/core/base/token.ts';

const groupIdHead = "export function groupId(event: Pick<ResourceEvent, 'resource'>): string {";

const unforgottenHash: Edit = {
  file: protocol,
  from: "return work.receives > 1 && row?.status === 'live' && row.hash !== undefined;",
  to: 'return false;',
};

/** The mistakes of the specification that the current code could make. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    id: 'PB1',
    what: 'no lock per customer',
    infrastructure: { locks: false },
    workload: 'mixed',
  },
  {
    id: 'PB2',
    what: 'the commit comes before the write',
    edits: [
      {
        file: write,
        from: '    const { ref, action, customs, warnings } =',
        to: '    await item.ports.store.commitSynced(item.key, content);\n    const { ref, action, customs, warnings } =',
      },
    ],
    workload: 'burst',
  },
  {
    id: 'PB3',
    what: 'a retry sooner than DELTA after a timeout',
    edits: [
      {
        file: 'lambdas/core/delivery/backoff.ts',
        from: "failure.failureClass === 'ambiguous' ? settings.deltaSeconds : 0,",
        to: '0,',
      },
    ],
    workload: 'revert',
    faults: ['fluent-write late'],
    rate: 0.3,
  },
  {
    id: 'PB4',
    what: 'a delete is judged by its version',
    edits: [
      {
        file: protocol,
        from: "if (event.kind === 'DELETE' || event.force === true) return false;",
        to: 'if (event.force === true) return false;',
      },
    ],
    workload: 'create-update-delete',
  },
  {
    id: 'PB5',
    what: 'a stale read is accepted',
    edits: [
      { file: source, from: 'if (read && read.version >= floor) return read;', to: 'if (read) return read;' },
    ],
    workload: 'revert',
    faults: ['ct-read stale-200'],
    rate: 0.3,
  },
  {
    id: 'PB6',
    what: 'a 404 is treated as a delete',
    edits: [
      {
        file: batch,
        from: 'if (current) return upsert(item, mapResource(item, current));',
        to: 'return current ? upsert(item, mapResource(item, current)) : remove(item, false);',
      },
      {
        file: source,
        from: 'if (isAbsent({ receives, since }, protocol)) return;',
        to: 'return;',
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB7',
    what: 'the visibility timeout ends while the handler still runs',
    infrastructure: { visibilitySeconds: 3 },
    workload: 'mixed',
  },
  {
    id: 'PB8',
    what: 'the message group contains the version',
    edits: [
      {
        file: event,
        from: groupIdHead,
        to: `${groupIdHead}\n  if ('version' in event) return event.resource.id + '/' + event.version;`,
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB9',
    what: 'run bodies through a second queue',
    infrastructure: { runsHaveOwnQueue: true },
    workload: 'run-bodies',
  },
  {
    id: 'PB10',
    what: 'an unread key is treated as a missing row',
    edits: [
      {
        file: batch,
        from: 'const unread = keyed.filter(({ key }) => !rows.has(key.id));',
        to: 'const unread: typeof keyed = [];',
      },
      { file: batch, from: '    .filter(({ key }) => rows.has(key.id))\n', to: '' },
    ],
    workload: 'run-bodies',
    faults: ['table-unread'],
    rate: 0.3,
  },
  {
    id: 'PB11',
    what: 'the hash is trusted on any receive',
    edits: [{ file: protocol, from: '    work.receives === 1 &&\n', to: '' }],
    workload: 'revert',
    faults: ['fluent-write 503-applied', 'fluent-write reset-applied', 'table-write throttled', 'handler'],
    rate: 0.3,
  },
  {
    id: 'PB12a',
    what: 'the hash survives a dead-lettering',
    edits: [
      {
        file: memory,
        from: 'const { hash: _hash, waiting: _waiting, ...kept } = row;',
        to: 'const { waiting: _waiting, ...kept } = row;',
      },
    ],
    workload: 'revert',
    faults: ['fluent-write 503-applied', 'fluent-write permanent', 'table-write'],
    rate: 0.3,
  },
  {
    id: 'PB12b',
    what: 'the hash survives an outcome without a commit',
    edits: [unforgottenHash],
    infrastructure: { lateMisses: 'before-the-last-change' },
    workload: 'revert',
    faults: ['ct-read stale-404', 'table-write throttled', 'fluent-write 503-applied'],
    rate: 0.5,
  },
  {
    id: 'PB13',
    what: 'dead-lettered right after an ambiguous result',
    edits: [
      {
        file: batch,
        from: "return failure.failureClass === 'permanent'\n",
        to: "return failure.failureClass === 'permanent' || failure.failureClass === 'ambiguous'\n",
      },
    ],
    workload: 'revert',
    faults: ['fluent-write late'],
    rate: 0.3,
  },
  {
    id: 'PB16',
    what: 'a deduplication id without version, kind and trace',
    edits: [
      {
        file: event,
        from: '      version,\n      kind,\n      dataErasure,\n      force,\n      runId ?? traceId,\n',
        to: '',
      },
      {
        file: event,
        from: 'const { projectKey, resource, version, kind, dataErasure, force, runId, traceId } = event;',
        to: 'const { projectKey, resource } = event;',
      },
    ],
    workload: 'create-update-delete',
    plan: () => ({ deduplicates: true }),
  },
  {
    id: 'PB17a',
    what: 'failed entries of PutEvents are ignored',
    edits: [
      {
        file: listener,
        from: 'const notTaken = await ports.publisher.publish(bundles.map(({ entry }) => entry));',
        to: 'await ports.publisher.publish(bundles.map(({ entry }) => entry));\n  const notTaken = new Set<number>();',
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB17b',
    what: 'failed entries of SendMessageBatch are ignored',
    edits: [
      {
        file: router,
        from: 'const notTaken = await ports.queues.send(addressed);',
        to: 'await ports.queues.send(addressed);\n  const notTaken = new Set<number>();',
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB18',
    what: 'a failing record is acknowledged',
    edits: [
      {
        file: batch,
        from: 'return [...refusedRetries.flat(), ...(await finishBatch(ports, results))];',
        to: 'await finishBatch(ports, results);\n  return refusedRetries.flat();',
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB19a',
    what: 'only one of the records of a group is retried',
    edits: [{ file: retry, from: 'retried: group.records,', to: 'retried: group.records.slice(0, 1),' }],
    workload: 'burst',
  },
  {
    id: 'PB19b',
    what: 'only one of the notifications behind a failed entry is retried',
    edits: [
      {
        file: listener,
        from: '.flatMap(({ records }) => records));',
        to: '.flatMap(({ records }) => records.slice(0, 1)));',
      },
    ],
    workload: 'burst',
  },
  {
    id: 'PB20a',
    what: 'collapse drops the delete',
    edits: [
      {
        file: collapse,
        from: "kind: a.kind === 'DELETE' || b.kind === 'DELETE' ? 'DELETE' : 'UPSERT',",
        to: 'kind: _kind,',
      },
    ],
    workload: 'create-update-delete',
  },
  {
    id: 'PB20b',
    what: 'collapse drops the erasure',
    edits: [
      {
        file: collapse,
        from: '...(either(a.dataErasure, b.dataErasure) && { dataErasure: true }),',
        to: '',
      },
      { file: collapse, from: 'const { body: _body,', to: 'const { dataErasure: _dropped, body: _body,' },
    ],
    workload: 'erasure',
  },
  {
    id: 'PB20c',
    what: 'collapse drops the force',
    edits: [
      { file: collapse, from: '...(either(a.force, b.force) && { force: true }),', to: '' },
      { file: collapse, from: 'const { body: _body,', to: 'const { force: _dropped, body: _body,' },
    ],
    workload: 'forced-run',
  },
  {
    id: 'PB20d',
    what: 'collapse keeps an older body',
    edits: [
      {
        file: collapse,
        from: 'event.version === newer.version && event.body !== undefined',
        to: 'event.body !== undefined',
      },
      {
        file: source,
        from: 'if (known && known.version >= floor) return known;',
        to: 'if (known) return known;',
      },
    ],
    workload: 'run-bodies',
  },
  {
    id: 'PB21',
    what: 'no tombstone',
    edits: [
      {
        file: memory,
        from: "      rows.set(keyOf(key), {\n        status: 'deleted',",
        to: "      rows.delete(keyOf(key));\n      new Map<string, KeptRow>().set(keyOf(key), {\n        status: 'deleted',",
      },
    ],
    workload: 'run-bodies',
  },
  {
    id: 'PB22',
    what: 'a 429 is treated as permanent',
    edits: [
      {
        file: 'lambdas/core/base/http-failure.ts',
        from: "return { failureClass: 'retry', code, retryAfterSeconds:",
        to: "return { failureClass: 'permanent', code, retryAfterSeconds:",
      },
    ],
    workload: 'mixed',
    plan: () => ({ hasRedrive: false }),
    faults: ['ct-read 429', 'fluent-read 429', 'fluent-write 429'],
  },
  {
    id: 'PB23',
    what: 'a token that is never renewed',
    edits: [
      {
        file: token,
        from: 'if (this.#now() < token.renewAt) return token.value;',
        to: 'return token.value;',
      },
      {
        file: token,
        from: 'if (token?.value === refused && this.#current === known) this.#current = undefined;',
        to: '',
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB24',
    what: 'a timeout is treated as success',
    edits: [
      {
        file: write,
        from: 'await definition.upsert(mapped.model, knownOf(item), context);',
        to: "await definition.upsert(mapped.model, knownOf(item), context).catch((error) => {\n      if (error.failureClass !== 'ambiguous') throw error;\n      return { ref: row?.ref ?? item.key.id, action: 'updated' as const, customs: undefined, warnings: [] };\n    });",
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB25',
    what: 'modifiedAt is compared instead of the version',
    edits: [
      {
        file: collapse,
        from: 'const [older, newer] = a.version <= b.version ? [a, b] : [b, a];',
        to: "const [older, newer] = (a.modifiedAt ?? '') <= (b.modifiedAt ?? '') ? [a, b] : [b, a];",
      },
    ],
    workload: 'burst',
  },
  {
    id: 'PB26',
    what: 'a message is dropped at its last receive',
    infrastructure: { maxReceiveCount: 4, dropsAtLastReceive: true },
    workload: 'mixed',
  },
  {
    id: 'PB27',
    what: 'the message group is not the customer',
    edits: [
      {
        file: event,
        from: groupIdHead,
        to: `${groupIdHead}\n  if ('traceId' in event) return 'customer/' + event.traceId;`,
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB28',
    what: 'a request is still pending when the handler returns',
    edits: [
      {
        file: upsert,
        from: 'const answer = await fluent.update({ ...update, username: known.ref });',
        to: "void fluent.update({ ...update, username: known.ref }).catch(() => {});\n    const answer: string = 'updated';",
      },
    ],
    workload: 'create-update-delete',
  },
  {
    id: 'PB29a',
    what: 'the username is derived again from the e-mail',
    edits: [
      {
        file: upsert,
        from: 'if (known.isConfirmed && known.ref !== undefined && isChecked) {',
        to: 'if (known.isConfirmed && known.ref === model.create.username) {',
      },
      {
        file: upsert,
        from: 'const username = known.ref ?? model.create.username;',
        to: 'const username = model.create.username;',
      },
    ],
    workload: 'email-key',
  },
  {
    id: 'PB29b',
    what: 'the username is not reserved before the create',
    edits: [
      {
        file: upsert,
        from: 'if (!isRecomputable(known.id, settings)) await known.reserve(key);',
        to: '',
      },
      {
        file: upsert,
        from: '  const byEmail = isByEmail(settings) ? await fluent.findByEmail(model.create.primaryEmail) : [];',
        to: '  const byEmail: FoundCustomer[] = [];',
      },
    ],
    workload: 'email-key',
  },
  {
    id: 'PB30',
    what: 'the mapper version is compared with = only',
    edits: [
      {
        file: protocol,
        from: '(row.mapperVersion ?? 0) >= mapperVersion',
        to: '(row.mapperVersion ?? 0) === mapperVersion',
      },
    ],
    workload: 'mixed',
    plan: ({ changes }) => ({ twoMappers: true, changes: changes.filter(({ kind }) => kind !== 'run') }),
  },
  {
    id: 'PB31',
    what: 'a forced write at an unchanged version is not kept',
    edits: [
      {
        file: memory,
        from: 'row.version > commit.version)',
        to: 'row.version >= commit.version)',
      },
    ],
    workload: 'forced-run',
  },
  {
    id: 'PB32',
    what: 'an erasure after a plain delete is dropped',
    edits: [
      {
        file: protocol,
        from: "return !(event.kind === 'DELETE' && event.dataErasure === true && row.erased !== true);",
        to: 'return true;',
      },
    ],
    workload: 'mixed',
  },
  {
    id: 'PB37',
    what: 'a second sending within five minutes has the same deduplication id',
    edits: [
      { file: event, from: '      runId ?? traceId,\n', to: '      runId,\n' },
      { file: event, from: 'force, runId, traceId } = event;', to: 'force, runId } = event;' },
    ],
    workload: 'mixed',
    plan: () => ({ deduplicates: true }),
  },
  {
    id: 'PB38',
    what: 'a retry is sent as a new message',
    edits: [
      {
        file: retry,
        from: '  await ports.queue.changeVisibility(\n',
        to: '  (ports.queue as unknown as { resend(event: unknown): void }).resend(event);\n  await ports.queue.changeVisibility(\n',
      },
    ],
    workload: 'burst',
  },
  {
    id: 'PB41',
    what: "a forced run writes below the row's version",
    edits: [
      {
        file: protocol,
        from: 'return Math.max(event.version, row?.version ?? 0, unwrittenVersion(row));',
        to: 'return event.version;',
      },
    ],
    workload: 'forced-run',
  },
  ...besideBugs,
  // Counterexamples that the simulator found; the specification does not number them.
  {
    id: 'X1',
    what: 'a dead-letter copy is identified by message and reason alone',
    edits: [
      {
        file: 'lambdas/core/delivery/dead-letter-id.ts',
        from: 'return textHash(JSON.stringify(record));',
        to: "return textHash(record.messageId + '|' + record.reason);",
      },
    ],
    workload: 'erasure',
    faults: ['fluent-write permanent', 'handler-dlq answer-lost'],
    rate: 0.3,
  },
  {
    id: 'X2',
    what: "our own record is dead-lettered as another retailer's",
    edits: [{ file: upsert, from: 'if (!isOwn) checkAdoptable(', to: 'checkAdoptable(' }],
    workload: 'retailer-change',
  },
  {
    id: 'X3',
    what: 'emptied fields are taken from the last commit, even after a write whose commit was lost',
    edits: [
      {
        file: 'lambdas/runtime/resource/known-record.ts',
        from: 'isExact: row?.hash !== undefined && isTrusted,',
        to: 'isExact: true,',
      },
    ],
    workload: 'revert',
  },
  {
    id: 'X4',
    what: 'absence is decided by the age of the message, so one stale 404 is enough',
    edits: [
      {
        file: source,
        from: 'const since = Math.max(newest.sentAt, isUnbroken ? before.since : protocol.now);',
        to: 'const since = newest.sentAt;',
      },
    ],
    workload: 'revert',
    faults: ['ct-read stale-404', 'ct-read 503', 'ct-query 503'],
    rate: 0.5,
    plan: (plan) => ({ faultsUntil: plan.faultsUntil + 3_600_000, hasReconcile: false }),
  },
];
