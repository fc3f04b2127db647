import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import {
  type HandlerAnswer,
  handlerAnswers,
  handlerFailure,
  type InspectedResource,
} from '../../../lambdas/core/runs/handler-request.ts';
import { customerDefinition } from '../../../lambdas/handlers/customer/definition.ts';
import { customerSettings } from '../../../lambdas/handlers/customer/settings.ts';
import { answerHandlerRequest } from '../../../lambdas/runtime/resource/requests/handler-requests.ts';
import { bareCustomer, fullCustomer } from '../../builders/customer.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { idOf, someId } from '../../builders/notification.ts';
import { event, record } from '../../builders/records.ts';

const key = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer', id: someId };
type Bench = ReturnType<typeof createHandlerBench>;

async function synced(settings: Record<string, unknown> = {}, customer = fullCustomer()) {
  const bench = createHandlerBench(settings);
  bench.commercetools.customers.set(someId, customer);
  await bench.run(record(event({ version: customer.version })));
  bench.fluent.calls.length = 0;
  bench.commercetools.calls.length = 0;
  return bench;
}

async function inspectAll(bench: Bench, resources: object[], values = 'none') {
  const answer = await bench.ask({ request: 'inspect', resources, values });
  return handlerAnswers.inspect.parse(answer).resources;
}

async function inspect(bench: Bench, resource: object = {}, values = 'none'): Promise<InspectedResource> {
  const [one] = await inspectAll(bench, [{ id: someId, ...resource }], values);
  if (!one) throw new Error('nothing was answered');
  return one;
}

/** Changes a record in Fluent by hand. */
function edit(bench: Bench, over: Record<string, unknown>, username = someId) {
  const known = bench.fluent.customers.get(username);
  if (known) bench.fluent.customers.set(username, { ...known, ...over });
}

const classAndFields = ({ class: found, fields }: InspectedResource) => [
  found,
  fields.map(({ field, changed }) => `${field} ${changed}`),
];

describe('a comparison of source, sync record and OMS', () => {
  test('finds a written customer in sync with one lookup, and without a source read if the body was sent', async () => {
    const bench = await synced();
    expect(await inspect(bench, { body: fullCustomer() })).toEqual({
      id: someId,
      class: 'in-sync',
      sourceVersion: 3,
      writtenVersion: 3,
      ref: someId,
      isInOms: true,
      fields: [],
    });
    expect([bench.fluentCalls(), bench.commercetools.calls]).toEqual([['findByUsername'], []]);
  });

  test('never writes', async () => {
    const bench = await synced();
    const before = JSON.stringify([...bench.store.rows(), ...bench.fluent.customers]);
    await inspectAll(bench, [
      { id: someId, body: fullCustomer({ version: 9, firstName: 'New' }) },
      { id: idOf(2), body: bareCustomer({ id: idOf(2) }) },
      { id: idOf(3), body: null },
    ]);
    expect(JSON.stringify([...bench.store.rows(), ...bench.fluent.customers])).toBe(before);
    expect(bench.fluentCalls().every((call) => call === 'findByUsername')).toBe(true);
  });

  test('distinguishes changes at the source, changes by hand, and both', async () => {
    const bench = await synced();
    edit(bench, { lastName: 'Hand', country: 'XX' });
    const body = fullCustomer({ version: 4, firstName: 'New', lastName: 'Newer', companyName: 'Acme 2' });
    bench.commercetools.customers.set(someId, body);
    expect(classAndFields(await inspect(bench, { body }))).toEqual([
      'source-ahead',
      ['lastName both', 'country oms', 'firstName source', 'attribute:companyName source'],
    ]);
  });

  test('reports `edited` if the source is as it was written', async () => {
    const bench = await synced();
    const known = bench.fluent.customers.get(someId);
    edit(bench, {
      lastName: 'Hand',
      attributes: known?.attributes.filter(({ name }) => name !== 'externalId'),
    });
    expect(classAndFields(await inspect(bench))).toEqual([
      'edited',
      ['lastName oms', 'attribute:externalId oms'],
    ]);
  });

  test('reports a customer that Fluent does not have as missing', async () => {
    const bench = await synced();
    bench.fluent.customers.clear();
    expect(await inspect(bench)).toMatchObject({
      class: 'missing',
      isInOms: false,
      writtenVersion: 3,
      fields: [],
    });
    const never = createHandlerBench();
    never.commercetools.customers.set(someId, fullCustomer());
    expect(await inspect(never)).toMatchObject({ class: 'missing', isInOms: false, sourceVersion: 3 });
  });

  test('ignores a record of another customer', async () => {
    const bench = createHandlerBench();
    bench.commercetools.customers.set(someId, fullCustomer());
    bench.fluent.customers.set(someId, {
      username: someId,
      primaryEmail: 'x@example.com',
      promotionOptIn: false,
      retailer: { id: '1' },
      attributes: [{ name: 'commercetoolsId', type: 'STRING', value: 'somebody-else' }],
    });
    expect(await inspect(bench)).toMatchObject({ class: 'missing', isInOms: false });
  });

  test('finds an orphan: it exists in Fluent, was deleted at the source, and no delete arrived', async () => {
    const bench = await synced();
    bench.commercetools.customers.clear();
    expect(await inspect(bench)).toMatchObject({ class: 'orphan', isInOms: true, writtenVersion: 3 });
    expect(await inspect(bench, { body: null })).toMatchObject({ class: 'orphan' });
    expect(await inspect(createHandlerBench(), { body: null })).toMatchObject({
      class: 'unknown',
      isInOms: false,
    });
  });

  test('reports a deleted customer as deleted, whatever Fluent still has', async () => {
    const bench = await synced();
    await bench.run(record(event({ kind: 'DELETE' })));
    expect(await inspect(bench, { body: null })).toMatchObject({ class: 'deleted', isInOms: true });
  });

  test('names the field of a customer that cannot be mapped', async () => {
    const bench = createHandlerBench();
    const code = async (body: object) => (await inspect(bench, { body })).code;
    expect(await inspect(bench, { body: fullCustomer({ email: '' }) })).toMatchObject({
      class: 'unmappable',
      code: 'EMAIL_MISSING',
    });
    expect(await code(fullCustomer({ firstName: 7 }))).toBe('INVALID:firstName');
    expect(await code({})).toBe('INVALID:$');
    expect(await code(fullCustomer({ id: idOf(9) }))).toBe('INVALID:$');
  });

  test('names the failure of a failed customer until the source has a newer version', async () => {
    const bench = await synced();
    bench.commercetools.customers.set(someId, fullCustomer({ version: 4, firstName: 'New' }));
    await bench.store.markFailed(key, { version: 4, code: 'C0141E' });
    expect(await inspect(bench)).toMatchObject({ class: 'failed', code: 'C0141E' });
    bench.commercetools.customers.set(someId, fullCustomer({ version: 5, firstName: 'New' }));
    expect(await inspect(bench)).toMatchObject({ class: 'source-ahead', code: 'C0141E' });
  });

  test('leaves out unmapped fields and the source version', async () => {
    const bench = await synced({ attributes: ['commercetoolsVersion', 'companyName'] });
    edit(bench, { timezone: 'Asia/Tokyo', promotionOptIn: true });
    const body = fullCustomer({ version: 9, title: '', salutation: '', companyName: ' ', dateOfBirth: '1' });
    bench.commercetools.customers.set(someId, body);
    expect(await inspect(bench, { body })).toMatchObject({
      class: 'in-sync',
      sourceVersion: 9,
      writtenVersion: 3,
    });
  });

  test('counts an emptied field as a difference where the settings clear it', async () => {
    const bench = await synced({ clearMode: 'emptyString' });
    const body = fullCustomer({ version: 4, title: '', salutation: '' });
    bench.commercetools.customers.set(someId, body);
    expect(classAndFields(await inspect(bench, { body }))).toEqual([
      'source-ahead',
      ['title source', 'attribute:salutation source'],
    ]);
    await bench.run(record(event({ version: 4 })));
    expect(await inspect(bench, { body })).toMatchObject({ class: 'in-sync' });
  });

  test('compares a customer again if it was written meanwhile', async () => {
    const bench = await synced();
    const old = fullCustomer();
    bench.commercetools.customers.set(someId, fullCustomer({ version: 5, firstName: 'Newest' }));
    await bench.run(record(event({ version: 5 })));
    // The caller's body is of the page that was listed before.
    expect(await inspect(bench, { body: old })).toMatchObject({
      class: 'in-sync',
      sourceVersion: 5,
      writtenVersion: 5,
    });
    // Fluent was written, the row not yet.
    const late = createHandlerBench();
    late.commercetools.customers.set(someId, old);
    await late.run(record(event()));
    late.commercetools.customers.set(someId, fullCustomer({ version: 6, firstName: 'Later' }));
    late.ports.store.commitSynced = () => new Promise(() => {});
    void late.run(record(event({ version: 6 })));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await inspect(late, { body: old })).toMatchObject({ class: 'in-sync', sourceVersion: 6 });
  });

  test('marks an excluded customer as skipped', async () => {
    const bench = await synced();
    await bench.store.setSkipped(key, true);
    bench.commercetools.customers.set(someId, fullCustomer({ version: 4, firstName: 'New' }));
    expect(await inspect(bench)).toMatchObject({ class: 'source-ahead', isSkipped: true });
  });

  test('reports `unknown` if the source lags behind the sync record', async () => {
    const bench = await synced();
    bench.commercetools.customers.set(someId, fullCustomer({ version: 2, firstName: 'Old' }));
    expect(await inspect(bench)).toMatchObject({ class: 'unknown', code: 'STALE_READ' });
  });

  test('reads fifty customers with one query, and those that it misses by id', async () => {
    const bench = createHandlerBench();
    const ids = Array.from({ length: 50 }, (_, n) => idOf(n + 1));
    for (const id of ids.slice(0, 48)) bench.commercetools.customers.set(id, bareCustomer({ id }));
    const answer = await inspectAll(
      bench,
      ids.map((id) => ({ id })),
    );
    expect(answer.map(({ id }) => id)).toEqual(ids);
    expect(bench.commercetools.calls.map(({ length }) => length)).toEqual([50, 1, 1]);
    expect(answer.filter(({ class: found }) => found === 'missing')).toHaveLength(48);
  });
});

describe('values of a comparison', () => {
  const changed = (bench: Bench) =>
    bench.commercetools.customers.set(someId, fullCustomer({ version: 4, email: 'joan@new.example' }));

  test('are left out unless requested', async () => {
    const bench = await synced({ usernameStrategy: 'email' });
    changed(bench);
    const text = JSON.stringify(await inspect(bench));
    expect(text).not.toMatch(/jane|doe|acme|example\.com|new\.example/i);
    expect(text).toContain('"ref":"j***@e***"');
  });

  test('are masked on both sides, except ids', async () => {
    const bench = await synced();
    changed(bench);
    const one = await inspect(bench, {}, 'masked');
    expect(one.fields).toEqual([
      { field: 'primaryEmail', changed: 'source', source: 'j***@n***', oms: 'J***@e***' },
    ]);
    expect(one.all).toContainEqual({ field: 'primaryPhone', source: '***67', oms: '***67' });
    expect(one.all).toContainEqual({ field: 'attribute:commercetoolsId', source: someId, oms: someId });
    expect(JSON.stringify(one)).not.toMatch(/jane|doe|acme|4930|crm-1/i);
  });

  test('are plain on request', async () => {
    const bench = await synced({ usernameStrategy: 'email' });
    changed(bench);
    expect(await inspect(bench, {}, 'plain')).toMatchObject({
      ref: 'jane.doe@example.com',
      fields: [{ field: 'primaryEmail', source: 'joan@new.example', oms: 'Jane.Doe@example.com' }],
    });
  });
});

describe('the list of the records in Fluent', () => {
  test('has only records of this project that were neither removed nor deleted', async () => {
    const bench = createHandlerBench({ onDelete: 'anonymise' });
    for (const n of [1, 2, 3]) {
      bench.commercetools.customers.set(idOf(n), bareCustomer({ id: idOf(n) }));
      await bench.run(record(event({ version: 1, resource: { typeId: 'customer', id: idOf(n) } })));
    }
    const add = (username: string, attributes: object[]) =>
      bench.fluent.customers.set(username, {
        username,
        primaryEmail: 'x@example.com',
        promotionOptIn: false,
        retailer: { id: '1' },
        attributes: attributes as never,
      });
    add('by-hand', []);
    add('orphan', [
      { name: 'commercetoolsId', type: 'STRING', value: idOf(8) },
      { name: 'commercetoolsProjectKey', type: 'STRING', value: 'local' },
    ]);
    add('other-project', [
      { name: 'commercetoolsId', type: 'STRING', value: idOf(9) },
      { name: 'commercetoolsProjectKey', type: 'STRING', value: 'other' },
    ]);
    await bench.run(record(event({ kind: 'DELETE', resource: { typeId: 'customer', id: idOf(3) } })));
    await bench.store.commitDeleted({ ...key, id: idOf(2) }, { version: 1, erased: false });
    expect(handlerAnswers['list-oms'].parse(await bench.ask({ request: 'list-oms' }))).toEqual({
      records: [{ id: idOf(1), ref: idOf(1) }, { id: idOf(8) }],
    });
  });

  test('is read page by page', async () => {
    const bench = createHandlerBench();
    for (let n = 1; n <= 150; n++)
      bench.fluent.customers.set(idOf(n), {
        username: idOf(n),
        primaryEmail: 'x@example.com',
        promotionOptIn: false,
        retailer: { id: '1' },
        attributes: [
          { name: 'commercetoolsId', type: 'STRING', value: idOf(n) },
          { name: 'commercetoolsProjectKey', type: 'STRING', value: 'local' },
        ],
      });
    const page = async (after?: string) =>
      (await bench.ask({ request: 'list-oms', ...(after && { after }) })) as HandlerAnswer<'list-oms'>;
    const first = await page();
    const second = await page(first.next);
    expect([first.records.length, second.records.length, second.next]).toEqual([100, 50, undefined]);
  });
});

describe('other requests to a handler', () => {
  test.each([
    [undefined, { isUp: true }],
    [
      { failureClass: 'retry', code: 'FLUENT_429' },
      { isUp: true, code: 'FLUENT_429' },
    ],
    [
      { failureClass: 'retry', code: 'FLUENT_503' },
      { isUp: false, code: 'FLUENT_503' },
    ],
    [
      { failureClass: 'configuration', code: 'FLUENT_401' },
      { isUp: false, code: 'FLUENT_401' },
    ],
  ] as const)('is Fluent there? (%j)', async (failure, expected) => {
    const bench = createHandlerBench();
    if (failure)
      bench.ports.services.fluent.ping = async () => {
        throw new ConnectorError(failure, failure.code);
      };
    expect(await bench.ask({ request: 'probe' })).toEqual({ ...expected, latencyMs: 0 });
  });

  test('look-up-ref names the customer of a username', async () => {
    const bench = await synced();
    bench.fluent.customers.set('by-hand', {
      username: 'by-hand',
      primaryEmail: 'x@example.com',
      promotionOptIn: false,
      retailer: { id: '1' },
      attributes: [],
    });
    const ask = (ref: string) => bench.ask({ request: 'look-up-ref', ref });
    expect(await ask('nobody')).toEqual({ isKnown: false });
    expect(await ask('by-hand')).toEqual({ isKnown: true });
    expect(await ask(someId)).toEqual({ isKnown: true, markedAs: someId });
  });

  test('a hook is called if the handler has it', async () => {
    const bench = createHandlerBench();
    const run = { id: 'run-1', mode: 'full', counts: { planned: 3 } };
    expect(await bench.ask({ request: 'hook', hook: 'run.started', run })).toEqual({ taken: false });
    const taken: unknown[] = [];
    const definition = {
      ...customerDefinition,
      onRunEnded: async (ended: unknown) => void taken.push(ended),
    };
    const settings = customerSettings.parse({ retailerId: '1' });
    const asked = { definition, settings, ports: bench.ports };
    const request = { request: 'hook', hook: 'run.ended', run };
    expect(await answerHandlerRequest(asked, request)).toEqual({ taken: true });
    expect(taken).toEqual([run]);
  });

  test.each([
    [{ request: 'anything' }, 'permanent', 'INVALID_REQUEST:request'],
    [{ request: 'inspect', resources: [{ id: 'no-uuid' }] }, 'permanent', 'INVALID_REQUEST:resources.0.id'],
    [undefined, 'permanent', 'INVALID_REQUEST:$'],
  ])('%j is refused', async (request, failureClass, code) => {
    const answer = handlerFailure.parse(await createHandlerBench().ask(request));
    expect(answer.error).toMatchObject({ failureClass, code });
  });

  test('a failure is returned with its wait, never thrown', async () => {
    const bench = await synced();
    bench.ports.services.fluent.findByUsername = async () => {
      throw new ConnectorError(
        { failureClass: 'retry', code: 'FLUENT_429', retryAfterSeconds: 60 },
        'Fluent said no to jane.doe@example.com',
      );
    };
    const request = { request: 'inspect', resources: [{ id: someId }] };
    expect(await bench.ask(request)).toEqual({
      error: { failureClass: 'retry', code: 'FLUENT_429', retryAfterSeconds: 60 },
    });
  });
});

describe('a partial comparison', () => {
  const silent = (code: string) => () =>
    Promise.reject(new ConnectorError({ failureClass: 'retry', code }, code));
  const compare = async (bench: Bench, isPartial: boolean) => {
    const request = { request: 'inspect', resources: [{ id: someId }], values: 'masked', isPartial };
    return bench.ask(request);
  };

  test('shows the commercetools side if Fluent does not answer', async () => {
    const bench = await synced();
    bench.ports.services.fluent.findByUsername = silent('FLUENT_503');
    expect(await compare(bench, true)).toMatchObject({
      resources: [
        {
          class: 'unknown',
          code: 'FLUENT_503',
          sourceVersion: 3,
          unavailable: { oms: 'FLUENT_503' },
          fields: [],
        },
      ],
    });
    expect(await compare(bench, false)).toMatchObject({ error: { code: 'FLUENT_503' } });
  });

  test('shows the Fluent side if commercetools does not answer', async () => {
    const bench = await synced();
    bench.ports.services.commercetools.customersById = silent('COMMERCETOOLS_503');
    expect(await compare(bench, true)).toMatchObject({
      resources: [
        {
          ...{ class: 'unknown', code: 'COMMERCETOOLS_503', isInOms: true, ref: someId, writtenVersion: 3 },
          unavailable: { source: 'COMMERCETOOLS_503' },
        },
      ],
    });
    expect(await compare(bench, false)).toMatchObject({ error: { code: 'COMMERCETOOLS_503' } });
  });

  test('shows neither side if none answers', async () => {
    const bench = await synced();
    bench.ports.services.commercetools.customersById = silent('COMMERCETOOLS_503');
    bench.ports.services.fluent.findByUsername = silent('FLUENT_NO_ANSWER');
    const { resources } = handlerAnswers.inspect.parse(await compare(bench, true));
    expect(resources[0]?.unavailable).toEqual({ source: 'COMMERCETOOLS_503', oms: 'FLUENT_NO_ANSWER' });
    expect(resources[0]).not.toHaveProperty('sourceVersion');
  });
});
