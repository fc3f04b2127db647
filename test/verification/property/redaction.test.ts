import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConnectorError, type FailureClass } from '../../../lambdas/core/base/errors.ts';
import { listen } from '../../../lambdas/queue-listener/listen.ts';
import { route } from '../../../lambdas/router/route.ts';
import { routes } from '../../../lambdas/routes.ts';
import { fullCustomer } from '../../builders/customer.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { change, someId } from '../../builders/notification.ts';
import { event, record } from '../../builders/records.ts';
import { type Call, fluentCalls, storeCalls, wrap } from './ports.ts';
import { holds } from './seeds.ts';

/** A unique marker, recognisable in any encoding. */
const canary = 'Kanarienvogel-7f3a';
const encodings = [
  canary,
  canary.toLowerCase(),
  [...canary].reverse().join(''),
  Buffer.from(canary).toString('base64'),
  Buffer.from(canary).toString('hex'),
];

function expectNoCanary(...sinks: unknown[]) {
  const text = JSON.stringify(sinks);
  for (const each of encodings) expect(text).not.toContain(each);
}

const texts = [
  'key',
  'customerNumber',
  'externalId',
  'email',
  'firstName',
  'lastName',
  'title',
  'salutation',
];
const longText = fc.nat({ max: 300 }).map((length) => canary + 'x'.repeat(length));

/** A customer with the canary in every field, of the right or a wrong type. */
const customer = fc
  .record({
    fields: fc.dictionary(
      fc.constantFrom(...texts),
      fc.oneof(longText, fc.constantFrom('', null, 7, [canary])),
    ),
    phone: longText,
    version: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ fields, phone, version }) => {
    const everywhere = Object.fromEntries(texts.map((name) => [name, `${canary}@example.com`]));
    const addresses = [
      { id: 'ship', country: canary, firstName: canary, lastName: canary, phone, department: canary },
    ];
    const custom = { type: { typeId: 'type', id: someId }, fields: { note: canary } };
    return fullCustomer({ ...everywhere, addresses, custom, vatId: canary, ...fields, version });
  });

type Fault = FailureClass | 'bug' | 'none';
const fault = fc.constantFrom<Fault>(
  'none',
  'none',
  'retry',
  'ambiguous',
  'permanent',
  'configuration',
  'bug',
);

/** An error that contains more than it should. */
function talkative(kind: Exclude<Fault, 'none'>): Error {
  const cause = new Error(`cause ${canary}`);
  if (kind === 'bug') return new TypeError(`cannot read ${canary}`, { cause });
  return new ConnectorError({ failureClass: kind, code: 'DRAWN' }, `refused ${canary}`, { cause });
}

test('with any customer and any fault, no log line, metric, row or dead letter contains a personal value', () =>
  holds(
    fc.asyncProperty(
      fc.array(customer, { minLength: 1, maxLength: 4 }),
      fc.record({ read: fault, fluent: fault, store: fault, deadLetters: fault }),
      fc.boolean(),
      async (customers, faults, hasBody) => {
        const bench = createHandlerBench({
          onDelete: 'anonymise',
          customFields: { note: 'note' },
          clearMode: 'null',
        });
        const { services, store, deadLetters } = bench.ports;
        const faulty =
          (kind: Fault) =>
          (call: Call): Call =>
            kind === 'none' ? call : () => Promise.reject(talkative(kind));
        const strike = () => {
          wrap(services.commercetools, ['customersById'], faulty(faults.read));
          wrap(services.fluent, fluentCalls, faulty(faults.fluent));
          wrap(store, storeCalls.slice(1), faulty(faults.store));
          wrap(deadLetters, ['send'], faulty(faults.deadLetters));
        };
        for (const [index, body] of customers.entries()) {
          if (index === customers.length - 1) strike();
          bench.commercetools.customers.set(someId, body);
          const inline = hasBody && { body, bodyAt: bench.time.now };
          await bench.run(record(event({ version: body.version, ...inline })));
        }
        await bench.run(record(`{"body":"${canary}"`), record({ ...event(), resource: canary }));
        await bench.run(record(event({ kind: 'DELETE', version: 4, dataErasure: true })));
        const { outcomes, retries, warnings, errors } = bench;
        expectNoCanary(outcomes, retries, warnings, errors, bench.deadLetters.copies);
        // The key is an id here; with e-mail keys the row must store one.
        expectNoCanary([...bench.store.rows()]);
        const { failures, pending, receipts } = bench;
        expectNoCanary([...failures.failures], [...pending.changes], [...receipts.receipts]);
      },
    ),
    { runs: 450 },
  ));

test('listener and router drop what they do not need before anything is logged, stored or sent', () =>
  holds(
    fc.asyncProperty(fc.jsonValue(), fc.boolean(), async (extra, isValid) => {
      const bench = createHandlerBench();
      const sent: unknown[] = [];
      const take = async (entries: readonly { event: unknown }[]) => {
        sent.push(...entries.map(({ event }) => event));
        return new Set<number>();
      };
      const ports = { ...bench.ports, routes, publisher: { publish: take }, queues: { send: take } };
      const talkativePayload = {
        ...change('ResourceUpdated', isValid ? {} : { version: canary }),
        resourceUserProvidedIdentifiers: { key: canary, extra },
        customer: { email: canary },
      };
      await listen(ports, [record(talkativePayload), record(`${canary}{`)]);
      const detail = { ...event(isValid ? {} : { version: canary as never }), email: canary, extra };
      await route(ports, [
        record({ 'detail-type': 'commercetools.connect.customer.upsert', detail }),
        record([canary]),
      ]);
      expect(sent).toHaveLength(isValid ? 2 : 0);
      expectNoCanary(sent, bench.outcomes, bench.errors, bench.deadLetters.copies);
    }),
    { runs: 300 },
  ));
