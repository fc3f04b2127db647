import { describe, expect, test } from 'vitest';
import { type Findings, verdictOf } from '../../../lambdas/control/views/verdict.ts';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { idOf } from '../../builders/notification.ts';
import { createMemoryHandlerFunctions } from '../../fakes/memory-handler-functions.ts';

const at = (time: string) => Date.parse(`2026-11-20T${time}:00Z`);

describe('the verdict', () => {
  const live = { version: 5, status: 'live' as const };
  const findings = (over: {
    resource?: Partial<Findings['resource']>;
    record?: Findings['record'];
    pending?: Findings['pending'];
    switches?: Partial<Findings['switches']>;
    flow?: Partial<Findings['flow']>;
  }): Findings => ({
    resource: {
      ...{ id: idOf(1), class: 'in-sync', isInOms: true, fields: [] },
      ...{ sourceVersion: 7, writtenVersion: 7 },
      ...over.resource,
    },
    record: 'record' in over ? over.record : live,
    pending: over.pending,
    switches: { mode: 'process', ...over.switches },
    flow: {
      intake: {},
      watch: { status: 'Healthy', repaired: [], failedChecks: 0 },
      reconcile: { enabled: true, nextAt: at('10:15') },
      ...over.flow,
    },
    now: at('10:00'),
  });
  const behind = { class: 'source-ahead' as const, writtenVersion: 5 };
  const missing = { class: 'missing' as const, isInOms: false, writtenVersion: 0 };
  const waiting = { code: 'FLUENT_503', receives: 4, until: at('10:03') };
  const breaker = { state: 'open' as const, since: at('09:00'), code: 'FLUENT_503', successes: 0 };

  test.each<[string, Findings]>([
    ['In sync: Fluent holds version 7.', findings({})],
    [
      'Fluent is behind: version 5 of 7; the next try is at 2026-11-20 10:03 UTC after 4 tries, because Fluent answered 503.',
      findings({ resource: behind, record: { ...live, waiting } }),
    ],
    [
      'Fluent is behind: version 5 of 7; the next try is due after one try, because commercetools did not answer (COMMERCETOOLS_NO_ANSWER).',
      findings({
        resource: behind,
        record: { ...live, waiting: { code: 'COMMERCETOOLS_NO_ANSWER', receives: 1, until: at('09:59') } },
      }),
    ],
    [
      'Fluent is behind: version 5 of 7; the handler was paused by ann at 2026-11-20 09:00 UTC.',
      findings({ resource: behind, switches: { paused: { since: at('09:00'), by: 'ann' } } }),
    ],
    [
      'Fluent is behind: version 5 of 7; the breaker is open since 2026-11-20 09:00 UTC (FLUENT_503) and closes by itself when Fluent answers.',
      findings({ resource: behind, switches: { breaker } }),
    ],
    [
      'Fluent is behind: version 5 of 7; the breaker is open since 2026-11-20 09:00 UTC (FLUENT_503) and closes by itself when Fluent answers. Before that it was tried 4 times: Fluent answered 503.',
      findings({ resource: behind, record: { ...live, waiting }, switches: { breaker } }),
    ],
    [
      'Fluent is behind: version 5 of 7; the next try is at 2026-11-20 10:03 UTC after 4 tries, because C0020E: Fluent refuses a permission; give the role of the integration user CUSTOMER_VIEW, CUSTOMER_CREATE, CUSTOMER_UPDATE and RETAILER_VIEW.',
      findings({ resource: behind, record: { ...live, waiting: { ...waiting, code: 'C0020E' } } }),
    ],
    [
      'Not in Fluent yet; the change is on its way, or its notification was lost: the reconcile at 2026-11-20 10:15 UTC syncs it, or sync it now with `run start ids --ids <id>`.',
      findings({ resource: missing, record: undefined }),
    ],
    [
      'Not in Fluent yet; the change is on its way, or its notification was lost: no reconcile is scheduled, so sync it with `run start ids --ids <id>`.',
      findings({
        resource: missing,
        record: undefined,
        flow: { reconcile: { enabled: false, nextAt: at('10:15') } },
      }),
    ],
    [
      'Not in Fluent yet; real-time sync was stopped by ann at 2026-11-20 09:00 UTC: `start` catches up; the handler was paused by ann at 2026-11-20 09:00 UTC.',
      findings({
        resource: missing,
        record: undefined,
        flow: { intake: { stopped: { by: 'ann', since: at('09:00') } } },
        switches: { paused: { since: at('09:00'), by: 'ann' } },
      }),
    ],
    [
      'Not in Fluent yet; real-time sync was stopped, and the changes since 2026-11-20 09:00 UTC are caught up automatically.',
      findings({ resource: missing, record: undefined, flow: { intake: { catchUpFrom: at('09:00') } } }),
    ],
    [
      'Not in Fluent yet; the subscription does not deliver (Unhealthy, Missing): lost changes are reconciled when it delivers again, or sync this one now with `run start ids --ids <id>`.',
      findings({
        resource: missing,
        record: undefined,
        flow: { watch: { status: 'Unhealthy', detail: 'Missing', repaired: [], failedChecks: 0 } },
      }),
    ],
    [
      'An operator excluded it: changes are not sent until `process` includes it again.',
      findings({ resource: behind, record: { ...live, isSkipped: true } }),
    ],
    [
      'Version 9 was recorded in Prepare mode at 2026-11-20 09:30 UTC and waits for `process`.',
      findings({
        pending: {
          id: idOf(1),
          resourceType: 'customer',
          version: 9,
          kind: 'UPSERT',
          since: at('09:30'),
        },
      }),
    ],
    [
      'Version 6 failed with INVALID:email and was dead-lettered. In commercetools this field is missing or invalid. Correct it there; the change is synced automatically.',
      findings({ record: { ...live, failure: { code: 'INVALID:email', version: 6 } } }),
    ],
    [
      'Its erasure failed with C0141E and was dead-lettered. A field is longer than Fluent allows. Shorten it in commercetools (for many customers, measure the length with connector doctor --write-probes and limit it in the mapping), then retry the group (connector retry).',
      findings({ record: { ...live, failure: { code: 'C0141E', version: 6, wants: 'erasure' } } }),
    ],
    [
      'Version 6 failed with EMAIL_TOO_LONG in field email and was dead-lettered. Fluent accepts at most 250 characters. Shorten the e-mail in commercetools; the change is synced automatically.',
      findings({ record: { ...live, failure: { code: 'EMAIL_TOO_LONG', field: 'email', version: 6 } } }),
    ],
    [
      'Edited in Fluent: firstName, timezone. The next change overwrites it, or overwrite it now with `run start ids --ids <id> --force`.',
      findings({
        resource: {
          class: 'edited',
          fields: [
            { field: 'firstName', changed: 'oms' },
            { field: 'timezone', changed: 'oms' },
          ],
        },
      }),
    ],
    [
      'Erased: Fluent and the connector keep no data of it.',
      findings({
        resource: { class: 'deleted', sourceVersion: undefined, isInOms: false },
        record: { version: 7, status: 'deleted', erased: true },
      }),
    ],
    [
      'Deleted in commercetools. The delete policy keeps the customer in Fluent.',
      findings({
        resource: { class: 'deleted', sourceVersion: undefined },
        record: { version: 7, status: 'deleted', erased: false },
      }),
    ],
    [
      'The customer could not be checked just now (FLUENT_503). Last written: version 5; the next try is at 2026-11-20 10:03 UTC.',
      findings({
        resource: { class: 'unknown', code: 'FLUENT_503', sourceVersion: undefined },
        record: { ...live, waiting },
      }),
    ],
    [
      'Fluent could not be checked just now (FLUENT_503). Last written: version 5; commercetools has version 7; the breaker is open since 2026-11-20 09:00 UTC (FLUENT_503) and closes by itself when Fluent answers.',
      findings({
        resource: { class: 'unknown', code: 'FLUENT_503', unavailable: { oms: 'FLUENT_503' } },
        record: { ...live, waiting },
        switches: { breaker },
      }),
    ],
    [
      'Fluent could not be checked just now (FLUENT_503). Version 7 was written, which is the newest.',
      findings({
        resource: { class: 'unknown', code: 'FLUENT_503', unavailable: { oms: 'FLUENT_503' } },
        record: { ...live, version: 7 },
        switches: { breaker },
      }),
    ],
    [
      'Fluent could not be checked just now (C0020E: Fluent refuses a permission; give the role of the integration user CUSTOMER_VIEW, CUSTOMER_CREATE, CUSTOMER_UPDATE and RETAILER_VIEW). Version 7 was written, which is the newest.',
      findings({
        resource: { class: 'unknown', code: 'C0020E', unavailable: { oms: 'C0020E' } },
        record: { ...live, version: 7 },
      }),
    ],
    [
      'commercetools could not be checked just now (COMMERCETOOLS_503). Never written.',
      findings({
        resource: {
          ...{ class: 'unknown', code: 'COMMERCETOOLS_503', sourceVersion: undefined },
          unavailable: { source: 'COMMERCETOOLS_503' },
        },
        record: undefined,
      }),
    ],
    [
      'Erased: Fluent has an anonymised customer, and the connector keeps no data of it.',
      findings({
        resource: { class: 'deleted', sourceVersion: undefined },
        record: { version: 7, status: 'deleted', erased: true },
      }),
    ],
  ])('%s', (sentence, given) => {
    expect(verdictOf(given)).toBe(sentence);
  });

  test('says that an erased customer which commercetools still has is not synced any more', () => {
    const record = { version: 7, status: 'deleted' as const, erased: true };
    expect(verdictOf(findings({ record }))).toContain('its changes are not synced any more');
  });
});

describe('explain', () => {
  test('shows the state in every system, by id, e-mail or key', async () => {
    const bench = createControlBench();
    bench.have(1);
    bench.inspected.set(idOf(1), { class: 'in-sync', isInOms: true, sourceVersion: 3, writtenVersion: 3 });
    await bench.store.commitSynced(bench.keyOf(1), {
      ...{ version: 3, hash: 'h', mapperVersion: 1 },
      recent: [{ at: 1_700_000_000, outcome: 'synced', version: 3, reason: 'created' }],
    });
    const byId = await bench.done('explain', { subject: { id: idOf(1) } });
    expect(byId).toMatchObject({
      verdict: 'In sync: Fluent holds version 3.',
      record: { status: 'live', version: 3, isSkipped: false, isLinked: false, isErased: false },
      recent: [{ at: 1_700_000_000_000, outcome: 'synced', version: 3, reason: 'created' }],
      handlerState: 'running',
    });
    expect(await bench.done('explain', { subject: { email: 'Customer-1@example.com' } })).toEqual(byId);
    expect(await bench.done('explain', { subject: { key: 'key-1' } })).toEqual(byId);
  });

  test('ignores a recorded change when a newer version was written since', async () => {
    const bench = createControlBench();
    bench.inspected.set(idOf(1), { class: 'in-sync', isInOms: true, sourceVersion: 3, writtenVersion: 3 });
    await bench.pending.record(bench.keyOf(1), { version: 2, kind: 'UPSERT' });
    await bench.store.commitSynced(bench.keyOf(1), { version: 3, hash: 'h', mapperVersion: 1 });
    const explained = await bench.done('explain', { subject: { id: idOf(1) } });
    expect(explained.verdict).toBe('In sync: Fluent holds version 3.');
    expect(explained).not.toHaveProperty('pending');
  });

  test('masks values by default', async () => {
    const bench = createControlBench();
    bench.inspected.set(idOf(1), { class: 'in-sync', isInOms: true });
    await bench.done('explain', { subject: { id: idOf(1) } });
    await bench.done('explain', { subject: { id: idOf(1) }, values: 'plain' });
    expect(bench.handlerFunctions.asked.map(({ request }) => 'values' in request && request.values)).toEqual([
      'masked',
      'plain',
    ]);
  });

  test('lists the ids when two customers have the e-mail', async () => {
    const bench = createControlBench();
    bench.have(1, 2);
    for (const customer of bench.customers.values()) Object.assign(customer, { email: 'twin@example.com' });
    const given = await bench.ask('explain', { subject: { email: 'twin@example.com' } });
    expect(given).toMatchObject({ ok: false, error: { kind: 'conflict', code: 'AMBIGUOUS' } });
    if (given.ok) return;
    expect(given.error.message).toContain(idOf(2));
    expect(given.error.message).not.toContain('twin');
  });

  test.each([
    ['an unknown id', { id: idOf(9) }, 'not-found RESOURCE_UNKNOWN'],
    ['an unknown e-mail', { email: 'unknown@example.com' }, 'not-found RESOURCE_UNKNOWN'],
    ['an unknown key', { key: 'unknown' }, 'not-found RESOURCE_UNKNOWN'],
    ['another kind of subject', { name: 'Jane' }, 'invalid INVALID_INPUT'],
  ])('refuses %s', async (_, subject, refusal) => {
    const bench = createControlBench();
    expect(await bench.refusal('explain', { subject: subject as never })).toBe(refusal);
  });

  test('still shows the sync record when Fluent is down', async () => {
    const handlerFunctions = createMemoryHandlerFunctions({
      inspect: () => {
        throw new ConnectorError({ failureClass: 'retry', code: 'FLUENT_503' }, 'Fluent answered 503.');
      },
    });
    const bench = createControlBench({ handlerFunctions });
    await bench.store.noteWaiting(bench.keyOf(1), {
      code: 'FLUENT_503',
      receives: 2,
      until: bench.time.now + 60_000,
    });
    const { verdict, record } = await bench.done('explain', { subject: { id: idOf(1) } });
    expect(record?.waiting).toMatchObject({ code: 'FLUENT_503', receives: 2 });
    expect(verdict).toBe(
      'The customer could not be checked just now (FLUENT_503). Never written; the next try is at 2026-11-20 12:01 UTC.',
    );
  });
});
