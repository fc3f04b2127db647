import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { failureGroup } from '../../../lambdas/core/delivery/failure.ts';
import { receiptSubject } from '../../../lambdas/core/delivery/receipt-subject.ts';
import { bareCustomer, fullCustomer } from '../../builders/customer.ts';
import { dieAt } from '../../builders/dying.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { idOf, someId } from '../../builders/notification.ts';
import { event, record } from '../../builders/records.ts';

const scope = { handlerId: 'customer', projectKey: 'local' };
const key = { ...scope, resourceType: 'customer', id: someId };
type Bench = ReturnType<typeof createHandlerBench>;

/** A bench with one customer that is synced at version 3. */
async function synced(settings: Record<string, unknown> = {}) {
  const bench = createHandlerBench(settings);
  bench.commercetools.customers.set(someId, fullCustomer());
  await bench.run(record(event()));
  bench.fluent.calls.length = 0;
  bench.commercetools.calls.length = 0;
  bench.outcomes.length = 0;
  return bench;
}

/** The customer has changed at the source. */
function change(bench: Bench, version: number, over: Record<string, unknown> = {}) {
  bench.commercetools.customers.set(someId, fullCustomer({ version, firstName: `Jane ${version}`, ...over }));
}

/** Everything that is called from the state read on. */
function portsOf({ ports }: Bench): object[] {
  const { store, failures, pending, receipts, runs, deadLetters, services } = ports;
  return [store, failures, pending, receipts, runs, deadLetters, services.fluent];
}

const failure = (failureClass: 'retry' | 'ambiguous' | 'permanent' | 'configuration', code: string) =>
  new ConnectorError({ failureClass, code }, code);
const refuse =
  (...[failureClass, code]: Parameters<typeof failure>) =>
  async () => {
    throw failure(failureClass, code);
  };

describe('a listed failure', () => {
  async function failed() {
    const bench = await synced();
    const { update } = bench.ports.services.fluent;
    change(bench, 4);
    bench.ports.services.fluent.update = refuse('permanent', 'C0141E');
    await bench.run(record(event({ version: 4, traceId: 'trace-4' })));
    bench.ports.services.fluent.update = update;
    return bench;
  }

  test('is grouped by its cause, with its details', async () => {
    const bench = await failed();
    expect(await bench.failures.groups(scope)).toEqual([
      {
        group: 'refused:C0141E',
        code: 'C0141E',
        count: 1,
        firstSeen: bench.time.now,
        lastSeen: bench.time.now,
        exampleId: someId,
      },
    ]);
    const { items } = await bench.failures.items(scope, { group: 'refused:C0141E', limit: 9 });
    expect(items).toMatchObject([{ id: someId, version: 4, kind: 'UPSERT', traceId: 'trace-4', times: 1 }]);
    expect(bench.row()).toMatchObject({ version: 3, failure: { code: 'C0141E', version: 4 } });
  });

  test('is resolved when the customer is written again', async () => {
    const bench = await failed();
    change(bench, 5);
    await bench.run(record(event({ version: 5 })));
    expect(bench.outcomeTexts()).toEqual(['failed: C0141E', 'synced: updated']);
    expect(await bench.failures.groups(scope)).toEqual([]);
    expect(bench.row()).not.toHaveProperty('failure');
  });

  test('moves to another cause and leaves the old group', async () => {
    const bench = await failed();
    change(bench, 5, { email: ' ' });
    await bench.run(record(event({ version: 5 })));
    expect((await bench.failures.groups(scope)).map(({ group }) => group)).toEqual([
      'customer:EMAIL_MISSING:email',
    ]);
  });

  test('of another field is another failure, which the sync record names', async () => {
    const bench = await failed();
    for (const [version, field] of [
      [5, 'firstName'],
      [6, 'lastName'],
    ] as const) {
      change(bench, version);
      bench.ports.services.fluent.update = async () => {
        throw new ConnectorError({ failureClass: 'permanent', code: 'C0141E', field }, 'C0141E');
      };
      await bench.run(record(event({ version })));
    }
    expect((await bench.failures.groups(scope)).map(({ group }) => group)).toEqual([
      'refused:C0141E:lastName',
    ]);
    expect(bench.row()?.failure).toEqual({ code: 'C0141E', field: 'lastName', version: 6 });
  });

  test('is resolved by a delete', async () => {
    const bench = await failed();
    await bench.run(record(event({ kind: 'DELETE' })));
    expect(await bench.failures.groups(scope)).toEqual([]);
  });

  test('of an erasure after a plain delete is listed, and resolved when it is done', async () => {
    const bench = await synced();
    await bench.run(record(event({ kind: 'DELETE' })));
    const { update } = bench.ports.services.fluent;
    bench.ports.services.fluent.update = refuse('permanent', 'C0141E');
    const erasure = event({ kind: 'DELETE', dataErasure: true });
    await bench.run(record(erasure));
    const { items } = await bench.failures.items(scope, { group: 'refused:C0141E', limit: 9 });
    expect(items).toMatchObject([{ kind: 'DELETE', dataErasure: true }]);
    bench.ports.services.fluent.update = update;
    await bench.run(record(erasure));
    expect(bench.outcomeTexts().at(-1)).toBe('deleted: erased');
    expect(await bench.failures.groups(scope)).toEqual([]);
  });

  describe('of an erasure of a customer that stays at the source', () => {
    const erasure = event({ version: 0, kind: 'DELETE', dataErasure: true });
    const wanted = { kind: 'DELETE', dataErasure: true };

    async function refused() {
      const bench = await synced();
      const { update } = bench.ports.services.fluent;
      bench.ports.services.fluent.update = refuse('permanent', 'C0141E');
      await bench.run(record(erasure));
      bench.ports.services.fluent.update = update;
      return bench;
    }
    const items = async (bench: Bench, group: string) =>
      (await bench.failures.items(scope, { group, limit: 9 })).items;

    test('is not resolved by a successful update', async () => {
      const bench = await refused();
      change(bench, 4);
      await bench.run(record(event({ version: 4 })));
      expect(bench.outcomeTexts().at(-1)).toBe('synced: updated');
      expect(bench.row()).toMatchObject({ version: 4, failure: { code: 'C0141E', wants: 'erasure' } });
      change(bench, 5, { firstName: 'Jane 4' });
      await bench.run(record(event({ version: 5 })));
      expect(bench.outcomeTexts().at(-1)).toBe('unchanged: equal-content');
      expect(await items(bench, 'refused:C0141E')).toMatchObject([wanted]);
      await bench.run(record(erasure));
      expect(bench.row()).toMatchObject({ status: 'deleted', erased: true });
      expect(await bench.failures.groups(scope)).toEqual([]);
    });

    test('stays an erasure when an update fails for another cause, with the higher version', async () => {
      const bench = await refused();
      change(bench, 4, { email: '' });
      await bench.run(record(event({ version: 4 })));
      expect(await items(bench, 'customer:EMAIL_MISSING:email')).toMatchObject([{ ...wanted, version: 4 }]);
      expect(await items(bench, 'refused:C0141E')).toEqual([]);
      expect(bench.row()?.failure).toEqual({
        ...{ code: 'EMAIL_MISSING', field: 'email' },
        ...{ version: 4, wants: 'erasure' },
      });
    });

    test('is done by the next delete', async () => {
      const bench = await refused();
      await bench.run(record(event({ kind: 'DELETE' })));
      expect(bench.outcomeTexts().at(-1)).toBe('deleted: erased');
      expect(bench.row()).toMatchObject({ status: 'deleted', erased: true });
      expect(await bench.failures.groups(scope)).toEqual([]);
    });
  });

  test('of a delete stays a delete when a late update fails for another cause', async () => {
    const bench = await synced({ onDelete: 'anonymise' });
    const { update } = bench.ports.services.fluent;
    bench.ports.services.fluent.update = refuse('permanent', 'C0141E');
    await bench.run(record(event({ version: 3, kind: 'DELETE' })));
    bench.ports.services.fluent.update = update;
    change(bench, 4, { email: '' });
    await bench.run(record(event({ version: 4 })));
    const { items } = await bench.failures.items(scope, { group: 'customer:EMAIL_MISSING:email', limit: 9 });
    expect(items).toMatchObject([{ kind: 'DELETE', version: 4 }]);
    expect(items[0]).not.toHaveProperty('dataErasure');
  });

  test('that cannot be stored retries the message', async () => {
    const bench = await synced();
    change(bench, 4, { email: '' });
    bench.ports.failures.add = refuse('retry', 'STATE_Throttled');
    expect(await bench.run(record(event({ version: 4 })))).toHaveLength(1);
    expect(bench.deadLetters.copies).toEqual([]);
    expect(bench.outcomes).toEqual([]);
  });
});

describe('the sync record', () => {
  test('keeps the last five outcomes without an additional write', async () => {
    const bench = await synced();
    for (const version of [4, 5, 6, 7, 8]) {
      change(bench, version, version === 6 ? { email: '' } : {});
      await bench.run(record(event({ version })));
    }
    await bench.run(record(event({ version: 7 })));
    expect(bench.row()?.recent?.map((end) => `${end.outcome} ${end.version} ${end.reason}`)).toEqual([
      'synced 8 updated',
      'synced 7 updated',
      'failed 6 EMAIL_MISSING',
      'synced 5 updated',
      'synced 4 updated',
    ]);
  });

  test('shows what a retry waits for, until it succeeds', async () => {
    const bench = await synced();
    const { update } = bench.ports.services.fluent;
    change(bench, 4);
    bench.ports.services.fluent.update = refuse('ambiguous', 'FLUENT_503');
    const message = record(event({ version: 4 }));
    expect(await bench.run({ ...message, receives: 2 })).toHaveLength(1);
    const waiting = bench.row()?.waiting;
    expect(waiting).toMatchObject({ code: 'FLUENT_503', receives: 2 });
    expect(waiting?.until).toBe(
      bench.time.now + 1_000 * (bench.queue.hidden.get(message.receiptHandle) ?? 0),
    );
    bench.ports.services.fluent.update = update;
    await bench.run({ ...message, receives: 3 });
    expect(bench.row()).not.toHaveProperty('waiting');
  });

  test('costs at most one write per failed try, whose failure changes nothing', async () => {
    const bench = await synced();
    change(bench, 4);
    bench.ports.services.fluent.update = refuse('retry', 'FLUENT_503');
    let notes = 0;
    bench.ports.store.noteWaiting = async () => {
      notes++;
      throw failure('retry', 'STATE_Throttled');
    };
    const message = record(event({ version: 4 }));
    expect(await bench.run(message)).toEqual([message.messageId]);
    expect(bench.queue.hidden.has(message.receiptHandle)).toBe(true);
    expect([notes, bench.count('Warnings')]).toEqual([1, 1]);
    // A read that found nothing has its own note, and a failing table gets no further write.
    bench.commercetools.customers.clear();
    await bench.run(message);
    bench.ports.store.read = refuse('retry', 'STATE_Throttled');
    await bench.run(message);
    expect(notes).toBe(1);
  });

  test('keeps only outcomes after an erasure', async () => {
    const bench = await synced({ usernameStrategy: 'email' });
    await bench.run(record(event({ kind: 'DELETE', dataErasure: true })));
    expect(Object.keys(bench.row() ?? {}).sort()).toEqual(
      ['at', 'erased', 'expiresAt', 'recent', 'status', 'version'].sort(),
    );
    expect(JSON.stringify(bench.row())).not.toMatch(/jane|doe|example/i);
  });
});

describe('the chain of versions', () => {
  test('counts a missing notification once, and one that arrived late', async () => {
    const bench = await synced();
    change(bench, 5);
    await bench.run(record(event({ version: 5, oldVersion: 4 })));
    expect(bench.count('VersionGaps')).toBe(1);
    expect(bench.row()).toMatchObject({ version: 5, gap: 4 });
    await bench.run(record(event({ version: 4, oldVersion: 3 })));
    expect(bench.outcomeTexts().at(-1)).toBe('superseded: version-gate');
    expect(bench.count('LateArrivals')).toBe(1);
    change(bench, 6);
    await bench.run(record(event({ version: 6, oldVersion: 5 })));
    expect(bench.row()).not.toHaveProperty('gap');
    expect(bench.count('VersionGaps')).toBe(1);
  });

  test('counts nothing if it is complete, collapsed or retried, or the customer was never synced', async () => {
    const bench = await synced();
    change(bench, 5);
    await bench.run(
      record(event({ version: 5, oldVersion: 4 })),
      record(event({ version: 4, oldVersion: 3 })),
    );
    change(bench, 9);
    await bench.run(record(event({ version: 9, oldVersion: 8 }), { receives: 2 }));
    const other = createHandlerBench();
    other.commercetools.customers.set(someId, fullCustomer({ version: 7 }));
    await other.run(record(event({ version: 7, oldVersion: 6 })));
    expect([bench.count('VersionGaps'), other.count('VersionGaps')]).toEqual([0, 0]);
  });
});

describe('Prepare mode', () => {
  async function preparing(settings: Record<string, unknown> = {}) {
    const bench = await synced(settings);
    await bench.switchTo({ mode: 'prepare' });
    return bench;
  }

  test('records ten changes as one, without any call', async () => {
    const bench = await preparing();
    change(bench, 13);
    for (let version = 4; version <= 13; version++) await bench.run(record(event({ version })));
    expect([bench.fluentCalls(), bench.commercetools.calls]).toEqual([[], []]);
    expect(bench.count('Recorded')).toBe(1);
    expect(bench.recorded).toMatchObject([{ resourceType: 'customer', id: key.id, version: 4 }]);
    expect(bench.outcomeTexts()).toEqual(Array.from({ length: 9 }, () => 'collapsed: prepare'));
    expect(await bench.pending.byIds([key])).toMatchObject([{ version: 13, kind: 'UPSERT' }]);
    expect(bench.row()?.version).toBe(3);
  });

  test('sends a released change and clears its recording', async () => {
    const bench = await preparing();
    change(bench, 4);
    await bench.run(record(event({ version: 4 })));
    await bench.run(record(event({ version: 4, process: true })));
    expect(bench.outcomeTexts()).toEqual(['synced: updated']);
    expect(await bench.pending.count(scope)).toBe(0);
  });

  test('keeps a later recorded change when an older one is released', async () => {
    const bench = await preparing();
    change(bench, 4);
    await bench.run(record(event({ version: 9 })));
    await bench.run(record(event({ version: 4, process: true })));
    expect(await bench.pending.byIds([key])).toMatchObject([{ version: 9 }]);
  });

  test('clears a released change even if it is already confirmed or dead-lettered', async () => {
    const bench = await preparing();
    await bench.pending.record(key, { version: 3, kind: 'UPSERT' });
    await bench.run(record(event({ version: 3, process: true })));
    expect(bench.outcomeTexts()).toEqual(['superseded: version-gate']);
    expect(await bench.pending.count(scope)).toBe(0);
    change(bench, 4, { email: '' });
    await bench.run(record(event({ version: 4 })));
    await bench.run(record(event({ version: 4, process: true })));
    expect(bench.outcomeTexts().at(-1)).toBe('failed: EMAIL_MISSING');
    expect(await bench.pending.count(scope)).toBe(0);
  });

  test('retries the message if a released change cannot be cleared', async () => {
    const bench = await preparing();
    change(bench, 4);
    await bench.run(record(event({ version: 4 })));
    const { clear } = bench.ports.pending;
    bench.ports.pending.clear = refuse('retry', 'STATE_Throttled');
    const message = record(event({ version: 4, process: true }));
    expect(await bench.run(message)).toHaveLength(1);
    bench.ports.pending.clear = clear;
    expect(await bench.run({ ...message, receives: 2 })).toEqual([]);
    expect(bench.outcomeTexts()).toEqual(['synced: updated']);
    expect(await bench.pending.count(scope)).toBe(0);
  });

  test('afterwards: writing a newer version clears the recorded change', async () => {
    const bench = await preparing();
    change(bench, 4);
    await bench.run(record(event({ version: 4 })));
    await bench.switchTo({ mode: 'process', mayBeRecorded: true });
    change(bench, 5);
    await bench.run(record(event({ version: 5 })));
    expect(bench.outcomeTexts()).toEqual(['synced: updated']);
    expect(await bench.pending.count(scope)).toBe(0);
  });

  test('afterwards: a newer version of equal content and a delete clear it too', async () => {
    const bench = await preparing();
    const over = { mode: 'process', mayBeRecorded: true } as const;
    await bench.run(record(event({ version: 4 })));
    bench.commercetools.customers.set(someId, fullCustomer({ version: 5 }));
    await bench.switchTo(over);
    await bench.run(record(event({ version: 5 })));
    expect(bench.outcomeTexts()).toEqual(['unchanged: equal-content']);
    expect(await bench.pending.count(scope)).toBe(0);
    await bench.switchTo({ mode: 'prepare' });
    await bench.run(record(event({ version: 9 })));
    await bench.switchTo(over);
    await bench.run(record(event({ version: 8, kind: 'DELETE' })));
    expect(await bench.pending.count(scope)).toBe(0);
  });

  test('afterwards: writing an older version keeps the recorded change', async () => {
    const bench = await preparing();
    await bench.run(record(event({ version: 9 })));
    await bench.switchTo({ mode: 'process', mayBeRecorded: true });
    change(bench, 5);
    await bench.run(record(event({ version: 5 })));
    expect(await bench.pending.byIds([key])).toMatchObject([{ version: 9 }]);
  });

  test('costs no write if it was never on', async () => {
    const bench = await synced();
    bench.ports.pending.clear = refuse('retry', 'STATE_Asked');
    change(bench, 4);
    expect(await bench.run(record(event({ version: 4 })))).toEqual([]);
    expect(bench.outcomeTexts()).toEqual(['synced: updated']);
  });

  test('records a delete, which a later update does not undo', async () => {
    const bench = await preparing({ onDelete: 'anonymise' });
    await bench.run(record(event({ kind: 'DELETE' })));
    await bench.run(record(event({ version: 4 })));
    expect(bench.fluentCalls()).toEqual([]);
    expect(await bench.pending.byIds([key])).toMatchObject([{ version: 4, kind: 'DELETE' }]);
    await bench.run(record(event({ version: 4, kind: 'DELETE', process: true })));
    expect(bench.outcomeTexts().at(-1)).toBe('deleted: anonymised');
    expect(await bench.pending.count(scope)).toBe(0);
  });

  test('does not delay an erasure, which clears the recorded change', async () => {
    const bench = await preparing();
    await bench.run(record(event({ version: 9 })));
    await bench.run(record(event({ kind: 'DELETE', dataErasure: true })));
    expect(bench.outcomeTexts()).toEqual(['deleted: erased']);
    expect(await bench.pending.count(scope)).toBe(0);
  });

  test('does not trust the hash after a repeated receive', async () => {
    const bench = await preparing();
    await bench.run(record(event({ version: 4 }), { receives: 2 }));
    expect(bench.row()?.hash).toBeUndefined();
  });

  test('is noticed within ten seconds, and stays on if the table does not answer', async () => {
    const bench = await synced();
    const setting = bench.liveSettings.handler('customer');
    await setting.write({ mode: 'prepare' }, 0);
    change(bench, 4);
    await bench.run(record(event({ version: 4 })));
    expect(bench.outcomeTexts()).toEqual(['synced: updated']);
    bench.time.now += 10_000;
    await bench.run(record(event({ version: 5 })));
    expect(bench.count('Recorded')).toBe(1);
  });
});

describe('a customer that an operator excluded', () => {
  async function skipped() {
    const bench = await synced({ onDelete: 'anonymise' });
    await bench.store.setSkipped(key, true);
    change(bench, 9);
    return bench;
  }

  test('is not written by any update', async () => {
    const bench = await skipped();
    for (const version of [4, 5, 6]) await bench.run(record(event({ version })));
    expect(bench.outcomeTexts()).toEqual(Array.from({ length: 3 }, () => 'skipped: operator'));
    expect([bench.fluentCalls(), bench.commercetools.calls]).toEqual([[], []]);
  });

  test('is not written by a forced run or a retry either', async () => {
    const bench = await skipped();
    await bench.run(record(event({ version: 9, force: true, runId: 'run-1' })));
    expect(bench.outcomeTexts()).toEqual(['skipped: operator']);
    expect(bench.fluentCalls()).toEqual([]);
  });

  test.each([{}, { force: true }])(
    'is written when an operator releases it (%j), and stays excluded',
    async (over) => {
      const bench = await skipped();
      await bench.run(record(event({ version: 9, process: true, ...over })));
      expect(bench.outcomeTexts()).toEqual(['synced: updated']);
      expect(bench.row()?.isSkipped).toBe(true);
    },
  );

  test.each([{}, { dataErasure: true }])('is deleted like any other (%j)', async (over) => {
    const bench = await skipped();
    await bench.run(record(event({ kind: 'DELETE', ...over })));
    expect(bench.outcomeTexts()[0]).toMatch(/^deleted: (anonymised|erased)$/);
    expect((await bench.store.skipped(scope, { limit: 9 })).items).toEqual([]);
  });

  test('is not written by a dead letter that was released before', async () => {
    const bench = await synced();
    change(bench, 4, { email: '' });
    await bench.run(record(event({ version: 4, process: true, force: true })));
    await bench.store.setSkipped(key, true);
    change(bench, 5);
    const { messageId: _id, reason: _reason, ...copy } = bench.deadLetters.copies[0] ?? {};
    bench.fluent.calls.length = 0;
    await bench.run(record(event(copy as object)));
    expect(bench.outcomeTexts().at(-1)).toBe('skipped: operator');
    expect(bench.fluentCalls()).toEqual([]);
  });

  test('is not written with a version older than a skipped one once it is included again', async () => {
    const bench = await skipped();
    for (const version of [9, 8]) await bench.run(record(event({ version })));
    expect(bench.row()).toMatchObject({ version: 3, skippedVersion: 9 });
    change(bench, 8);
    const back = record(event({ version: 3, process: true, force: true }));
    expect(await bench.run(back)).toEqual([back.messageId]);
    expect(bench.fluentCalls()).toEqual([]);
    change(bench, 9);
    await bench.run({ ...back, receives: 2 });
    expect(bench.row()).toMatchObject({ version: 9 });
    expect(bench.row()).not.toHaveProperty('skippedVersion');
  });

  test('has no trusted hash after a repeated receive', async () => {
    const bench = await skipped();
    await bench.run(record(event({ version: 4 }), { receives: 2 }));
    expect(bench.row()?.hash).toBeUndefined();
  });
});

describe('a customer that an operator linked', () => {
  const record3 = (attributes: object[] = [], retailer = '1') => ({
    username: 'shop-77',
    primaryEmail: 'j@example.com',
    promotionOptIn: false,
    retailer: { id: retailer },
    attributes: attributes as never,
  });
  async function linked(customer: ReturnType<typeof record3>, isSynced: boolean) {
    const bench = isSynced ? await synced() : createHandlerBench();
    bench.fluent.customers.set('shop-77', customer);
    await bench.store.link(key, 'shop-77');
    change(bench, 4);
    await bench.run(record(event({ version: 4 })));
    return bench;
  }

  test.each([true, false])(
    'adopts that record although it has no mark (synced before: %s)',
    async (before) => {
      const bench = await linked(record3(), before);
      expect(bench.outcomeTexts()).toEqual(['synced: adopted']);
      expect(bench.fluent.customers.get('shop-77')).toMatchObject({ firstName: 'Jane 4' });
      expect(bench.row()).toMatchObject({ ref: 'shop-77', version: 4 });
      bench.fluent.calls.length = 0;
      change(bench, 5);
      await bench.run(record(event({ version: 5 })));
      expect(bench.fluent.calls).toEqual([{ call: 'update', username: 'shop-77' }]);
    },
  );

  test('is written there even if its content did not change', async () => {
    const bench = await synced();
    bench.fluent.customers.set('shop-77', record3());
    await bench.store.link(key, 'shop-77');
    change(bench, 4, { firstName: 'Jane' });
    await bench.run(record(event({ version: 4 })));
    expect(bench.outcomeTexts()).toEqual(['synced: adopted']);
  });

  test.each([true, false])(
    'never adopts the record of another customer (synced before: %s)',
    async (before) => {
      const mark = [{ name: 'commercetoolsId', type: 'STRING', value: 'somebody-else' }];
      const marked = await linked(record3(mark), before);
      expect(marked.outcomeTexts()).toEqual(['failed: IDENTITY_CONFLICT']);
      const foreign = await linked(record3([], '2'), before);
      expect(foreign.outcomeTexts()).toEqual(['failed: RETAILER_CONFLICT']);
      for (const bench of [marked, foreign])
        expect(bench.fluent.customers.get('shop-77')).toMatchObject({ primaryEmail: 'j@example.com' });
    },
  );

  test.each([{}, { dataErasure: true }])(
    'and deleted before the first write there (%j) leaves that record unchanged',
    async (over) => {
      const bench = await synced({ onDelete: 'anonymise' });
      bench.fluent.customers.set('shop-77', record3());
      await bench.store.link(key, 'shop-77');
      await bench.run(record(event({ kind: 'DELETE', ...over })));
      expect(bench.outcomeTexts()[0]).toMatch(/^deleted/);
      expect(bench.fluent.customers.get('shop-77')).toEqual(record3());
    },
  );

  test.each([
    ['a write', 'Jane 4'],
    ['a change that changes nothing', 'Jane'],
  ])('while %s of it is under way is written to the chosen record and stays linked', async (_, firstName) => {
    const bench = await synced();
    bench.fluent.customers.set('shop-77', record3());
    change(bench, 4, { firstName });
    const { commitSynced } = bench.store;
    bench.ports.store.commitSynced = async (...commit) => {
      bench.ports.store.commitSynced = commitSynced;
      await bench.store.link(key, 'shop-77');
      return commitSynced(...commit);
    };
    const message = record(event({ version: 4 }));
    expect(await bench.run(message)).toHaveLength(1);
    expect(bench.row()).toMatchObject({ ref: 'shop-77', isLinked: true, version: 3 });
    expect(bench.row()).not.toHaveProperty('hash');
    expect(await bench.run({ ...message, receives: 2 })).toEqual([]);
    expect(bench.outcomeTexts()).toEqual(['synced: adopted']);
    expect(bench.row()).toMatchObject({ ref: 'shop-77', version: 4 });
  });

  test('stays linked after a delete, so that an erasure finds both records', async () => {
    const bench = await linked(record3(), true);
    await bench.run(record(event({ kind: 'DELETE' })));
    await bench.run(record(event({ kind: 'DELETE', dataErasure: true })));
    expect(bench.outcomeTexts().slice(-2)).toEqual(['deleted: ignored', 'deleted: erased']);
    expect(JSON.stringify([...bench.fluent.customers.values()])).not.toMatch(/jane|doe|@example/i);
    expect(bench.row()).not.toHaveProperty('isLinked');
  });

  test.each([true, false])(
    'is also erased under its former username (written there before: %s)',
    async (isWritten) => {
      const bench = isWritten ? await linked(record3(), true) : await synced();
      if (!isWritten) await bench.store.link(key, 'shop-77');
      await bench.run(record(event({ kind: 'DELETE', dataErasure: true })));
      expect(bench.outcomeTexts().at(-1)).toBe('deleted: erased');
      expect(JSON.stringify([...bench.fluent.customers.values()])).not.toMatch(/jane|doe|@example/i);
    },
  );
});

describe('entries of a run', () => {
  const entry = (n: number, over: object = {}) =>
    record(
      event({
        resource: { typeId: 'customer', id: idOf(n) },
        version: 1,
        runId: 'run-1',
        entry: `2/${n}`,
        ...over,
      }),
    );

  test('are stored with their outcomes, one write per page', async () => {
    const bench = createHandlerBench();
    for (const n of [1, 2, 3]) bench.commercetools.customers.set(idOf(n), bareCustomer({ id: idOf(n) }));
    bench.commercetools.customers.set(idOf(4), bareCustomer({ id: idOf(4), email: '' }));
    await bench.run(entry(1), entry(2), entry(4), entry(3, { entry: '7/0' }), record(event({ version: 1 })));
    expect(bench.entries).toEqual([
      { runId: 'run-1', page: 2, ends: { synced: [1, 2], failed: [4] } },
      { runId: 'run-1', page: 7, ends: { synced: [0] } },
    ]);
    await bench.run(entry(1), entry(2, { kind: 'DELETE' }));
    expect(bench.entries.slice(2)).toEqual([
      { runId: 'run-1', page: 2, ends: { superseded: [1], deleted: [2] } },
    ]);
  });

  test('are all counted if they are collapsed into one write', async () => {
    const bench = createHandlerBench();
    bench.commercetools.customers.set(idOf(1), bareCustomer({ id: idOf(1), version: 2 }));
    await bench.run(
      entry(1),
      entry(1, { version: 2, runId: 'run-2', entry: '0/9' }),
      entry(1, { entry: '3/1' }),
    );
    expect(bench.entries).toEqual([
      { runId: 'run-1', page: 2, ends: { synced: [1] } },
      { runId: 'run-2', page: 0, ends: { synced: [9] } },
      { runId: 'run-1', page: 3, ends: { synced: [1] } },
    ]);
  });

  test('are not stored for a retried message', async () => {
    const bench = createHandlerBench();
    bench.ports.services.commercetools.customersById = refuse('retry', 'COMMERCETOOLS_503');
    await bench.run(entry(1));
    expect(bench.entries).toEqual([]);
  });

  test('that cannot be stored retry their messages uncounted; others are acknowledged', async () => {
    const bench = createHandlerBench();
    for (const n of [1, 2, 3]) bench.commercetools.customers.set(idOf(n), bareCustomer({ id: idOf(n) }));
    const { recordEntries } = bench.ports.runs;
    bench.ports.runs.recordEntries = async (runId, page, ends) => {
      if (page === 2) throw failure('retry', 'STATE_Throttled');
      return recordEntries(runId, page, ends);
    };
    const records = [entry(1), entry(2, { entry: '5/2' }), entry(3)];
    expect(await bench.run(...records)).toEqual([records[0]?.messageId, records[2]?.messageId]);
    expect(bench.outcomes.map(({ id }) => id)).toEqual([idOf(2)]);
    bench.ports.runs.recordEntries = recordEntries;
    expect(await bench.run(...records)).toEqual([]);
    expect(bench.entries).toContainEqual({ runId: 'run-1', page: 2, ends: { superseded: [1, 3] } });
  });

  test('count as skipped if Prepare mode recorded them or an operator excluded the customer', async () => {
    const bench = createHandlerBench();
    await bench.store.setSkipped({ ...key, id: idOf(1) }, true);
    await bench.run(entry(1));
    await bench.switchTo({ mode: 'prepare' });
    await bench.run(entry(2));
    await bench.run(entry(2, { entry: '3/0' }));
    expect(bench.entries.map(({ ends }) => ends)).toEqual([
      { skipped: [1] },
      { skipped: [2] },
      { skipped: [0] },
    ]);
  });
});

describe('a process that crashes at any call', () => {
  const places = [true, false].flatMap((isBefore) =>
    Array.from({ length: 12 }, (_, call) => ({ isBefore, call })),
  );

  test.each([
    ['an erasure is owed and the update then succeeds', 'succeeds'],
    ['the customer is excluded meanwhile', 'skipped'],
    ['the customer is gone', 'absent'],
  ] as const)('keeps a failure in the list whose cause changes, when %s', async (_, how) => {
    for (const at of places) {
      const bench = await synced();
      const { update } = bench.ports.services.fluent;
      bench.ports.services.fluent.update = refuse('permanent', 'C0141E');
      await bench.run(record(event({ version: 0, kind: 'DELETE', dataErasure: true })));
      bench.ports.services.fluent.update = update;
      change(bench, 4, { email: '' });
      const failing = record(event({ version: 4 }), { sentAt: bench.time.now });
      await dieAt(portsOf(bench), at, () => bench.run(failing));
      if (how === 'succeeds') change(bench, 5);
      if (how === 'absent') bench.commercetools.customers.clear();
      if (how === 'skipped') await bench.store.setSkipped(key, true);
      for (const receives of [2, 3, 4, 5]) {
        bench.time.now += 300_000;
        await bench.run({ ...failing, receives });
      }
      const failure = bench.row()?.failure;
      expect(failure, JSON.stringify(at)).toMatchObject({ wants: 'erasure' });
      const { items } = await bench.failures.items(scope, {
        group: failureGroup(failure?.code ?? '', failure?.field),
        limit: 9,
      });
      expect(items, JSON.stringify(at)).toMatchObject([{ kind: 'DELETE', dataErasure: true }]);
    }
  });

  test('never leaves a failure in only one of the list and the sync record', async () => {
    for (const at of places) {
      const bench = await synced();
      change(bench, 4, { email: '' });
      await bench.run(record(event({ version: 4 })));
      // Another cause, and then none.
      const { update } = bench.ports.services.fluent;
      change(bench, 5);
      bench.ports.services.fluent.update = refuse('permanent', 'C0141E');
      const failing = record(event({ version: 5 }));
      await dieAt(portsOf(bench), at, () => bench.run(failing));
      await bench.run({ ...failing, receives: 2 });
      const listed = (await bench.failures.groups(scope)).map(({ code }) => code);
      expect([listed, bench.row()?.failure?.code], JSON.stringify(at)).toEqual([['C0141E'], 'C0141E']);
      bench.ports.services.fluent.update = update;
      change(bench, 6);
      const mending = record(event({ version: 6 }));
      await dieAt(portsOf(bench), at, () => bench.run(mending));
      await bench.run({ ...mending, receives: 2 });
      expect(await bench.failures.groups(scope), JSON.stringify(at)).toEqual([]);
      expect(bench.row(), JSON.stringify(at)).toMatchObject({ version: 6 });
      expect(bench.row()).not.toHaveProperty('failure');
    }
  });

  test('never leaves a run entry without an outcome, nor a released change in the list', async () => {
    for (const at of places) {
      const bench = await synced();
      await bench.switchTo({ mode: 'prepare' });
      change(bench, 4);
      const first = record(event({ version: 4 }));
      await dieAt(portsOf(bench), at, () => bench.run(first));
      await bench.run({ ...first, receives: 2 });
      expect(await bench.pending.count(scope), JSON.stringify(at)).toBe(1);
      const released = record(event({ version: 4, process: true, runId: 'run-1', entry: '0/3' }));
      await dieAt(portsOf(bench), at, () => bench.run(released));
      await bench.run({ ...released, receives: 2 });
      expect(await bench.pending.count(scope), JSON.stringify(at)).toBe(0);
      expect(bench.row()?.version, JSON.stringify(at)).toBe(4);
      const ends = bench.entries.flatMap(({ ends }) => Object.values(ends).flat());
      expect(new Set(ends), JSON.stringify(at)).toEqual(new Set([3]));
    }
  });
});

describe('an erasure', () => {
  test('leaves a receipt without personal data that names what could not be overwritten', async () => {
    const bench = await synced();
    const known = bench.fluent.customers.get(someId);
    known?.attributes.concat([]);
    bench.fluent.customers.set(someId, {
      ...(known as NonNullable<typeof known>),
      department: 'Sales',
      attributes: [...(known?.attributes ?? []), { name: 'note', type: 'STRING', value: 'by hand' }],
    });
    await bench.run(record(event({ kind: 'DELETE', dataErasure: true, traceId: 'trace-9' })));
    const receipt = await bench.receipts.read(receiptSubject(key));
    expect(receipt).toEqual({
      subject: receiptSubject(key),
      erasedAt: bench.time.now,
      how: 'erased',
      traceId: 'trace-9',
      incomplete: ['department', 'attribute:note'],
    });
    expect(JSON.stringify(receipt)).not.toContain(someId);
  });

  test('of a customer that Fluent never had also leaves a receipt', async () => {
    const bench = createHandlerBench();
    await bench.run(record(event({ kind: 'DELETE', dataErasure: true })));
    expect(await bench.receipts.read(receiptSubject(key))).toMatchObject({ how: 'unknown' });
  });

  test('is not committed while its receipt cannot be written', async () => {
    const bench = await synced();
    bench.ports.receipts.put = refuse('retry', 'STATE_Throttled');
    expect(await bench.run(record(event({ kind: 'DELETE', dataErasure: true })))).toHaveLength(1);
    expect(bench.row()?.status).toBe('live');
  });

  test('succeeds after a crash at any call, before or after its effect', async () => {
    const dying = [true, false].flatMap((isBefore) =>
      Array.from({ length: 7 }, (_, call) => ({ isBefore, call })),
    );
    for (const at of dying) {
      const bench = await synced({ usernameStrategy: 'email' });
      change(bench, 4, { email: '' });
      await bench.run(record(event({ version: 4 })));
      await bench.pending.record(key, { version: 9, kind: 'UPSERT' });
      const message = record(event({ kind: 'DELETE', dataErasure: true }));
      expect(await dieAt(portsOf(bench), at, () => bench.run(message))).toBe(true);
      expect(await bench.run({ ...message, receives: 2 })).toEqual([]);
      const place = JSON.stringify(at);
      expect(bench.row(), place).toMatchObject({ status: 'deleted', erased: true });
      const kept = [
        [...bench.store.rows()],
        await bench.failures.groups(scope),
        [...bench.pending.changes],
        [...bench.fluent.customers.values()].map(({ username: _byEmail, ...rest }) => rest),
      ];
      expect(JSON.stringify(kept), place).not.toMatch(/jane|doe|EMAIL_MISSING"\s*:/i);
      expect([await bench.failures.groups(scope), await bench.pending.count(scope)], place).toEqual([[], 0]);
      expect(await bench.receipts.read(receiptSubject(key)), place).toMatchObject({ how: 'erased' });
    }
  });
});
