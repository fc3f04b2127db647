import * as z from 'zod/mini';
import { createFluentWriter } from '../../lambdas/adapters/fluent/graphql-fluent-writer.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import type { CreateCustomerInput } from '../../lambdas/core/delivery/ports/fluent-writer.ts';
import { FLUENT_QUERY, UNUSED_USERNAME } from './fluent-probes.ts';
import type { FluentSession } from './fluent-session.ts';
import { codeOf, isDenied } from './outages.ts';
import { type Finding, ok, type Probe, problem, unexpected, unknown } from './probe.ts';

/** The only customer that the write probes create. Later runs use it again. */
export const TEST_USERNAME = 'connector-doctor-test-customer';

const attribute = z.object({ name: z.string(), type: z.string(), value: z.unknown() });
const record = z.object({
  customer: z.nullish(
    z.object({
      title: z.nullish(z.string()),
      lastName: z.nullish(z.string()),
      attributes: z.nullish(z.array(attribute)),
    }),
  ),
});
const answered = z.object({ updateCustomer: z.nullish(z.object({ username: z.string() })) });
const UPDATE = 'mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { username } }';
const READ = 'query($ref: String!) { customer(ref: $ref) { title lastName attributes { name type value } } }';

const CREATE = 'Fluent: a customer can be created';
const CHANGE = 'Fluent: a customer can be updated';

/** Checks behavior that only writing shows, with one test customer. Writes to no other customer. */
export function fluentWriteProbes(session: FluentSession, retailerId: string): Probe[] {
  const { connection, graphql } = session;
  const writer = createFluentWriter({
    connection,
    clock: Date.now,
    timeoutMs: 15_000,
    tokens: new TokenCache(Date.now),
    signal: new AbortController().signal,
  });
  const draft = {
    username: TEST_USERNAME,
    primaryEmail: 'connector-doctor@deleted.invalid',
    promotionOptIn: false,
    firstName: 'Connector',
    lastName: 'Doctor (test, may be removed)',
    timezone: 'UTC',
    retailer: { id: retailerId },
    attributes: [{ name: 'connectorDoctor', type: 'STRING', value: 'test customer' }],
  } satisfies CreateCustomerInput;
  /** The code of a refused update, else undefined. */
  const update = async (change: object): Promise<string | undefined> => {
    const input = { username: TEST_USERNAME, ...change };
    const answer = await graphql({ query: UPDATE, schema: answered, isWrite: true }, { input }).catch(codeOf);
    if (typeof answer === 'string') return answer;
    return answer.updateCustomer ? undefined : 'null';
  };
  const read = async () => (await graphql({ query: READ, schema: record }, { ref: TEST_USERNAME })).customer;
  const customer: TestCustomer = { update, read };

  const created = `${TEST_USERNAME}, with an e-mail at deleted.invalid`;
  return [
    {
      check: CREATE,
      needs: FLUENT_QUERY,
      fix: 'Give the role of the integration user CUSTOMER_CREATE, and check the retailer id.',
      run: async () =>
        ok((await writer.create(draft)) === 'created' ? created : `${TEST_USERNAME} exists already`),
    },
    {
      check: 'Fluent: a second create is refused',
      needs: CREATE,
      async run() {
        const answer = await writer.create(draft).catch(codeOf);
        if (answer === 'duplicate') return ok('C0123E, as the connector expects');
        return answer === 'created'
          ? problem(
              'created a second customer',
              'Usernames are not unique. Do not go live with this account.',
            )
          : unexpected(`refused with ${answer}`, 'The connector expects C0123E.');
      },
    },
    {
      check: CHANGE,
      needs: CREATE,
      async run() {
        const code = await update({ title: 'Dr.', primaryPhone: '-' });
        if (code === undefined) return ok('CUSTOMER_UPDATE');
        return isDenied(code)
          ? problem(`refused with ${code}`, 'Give the role of the integration user CUSTOMER_UPDATE.')
          : unexpected(`refused with ${code}`, 'Updates do not work.');
      },
    },
    {
      check: 'Fluent: update of an unknown customer',
      needs: CHANGE,
      async run() {
        const code = await update({ username: UNUSED_USERNAME });
        if (code === undefined)
          return unexpected('was accepted', 'Updates create customers in this account.');
        return code === 'C0120E' || code === 'null'
          ? ok(`${code}, which the connector reads as not found`)
          : unexpected(`refused with ${code}`, 'The connector expects C0120E or null.');
      },
    },
    { check: 'Fluent: null in an update', needs: CHANGE, run: () => checkEmpty(customer, null) },
    { check: 'Fluent: "" in an update', needs: CHANGE, run: () => checkEmpty(customer, '') },
    { check: 'Fluent: attributes are merged by name', needs: CHANGE, run: () => checkAttributes(customer) },
    { check: 'Fluent: attribute types', needs: CHANGE, run: () => checkTypes(customer) },
    { check: 'Fluent: unit of maximum lengths', needs: CHANGE, run: () => checkLengths(customer) },
  ];
}

interface TestCustomer {
  readonly update: (change: object) => Promise<string | undefined>;
  readonly read: () => Promise<z.infer<typeof record>['customer']>;
}

/** Which `clearMode` works. The default keeps a value that was cleared in commercetools. */
async function checkEmpty({ update, read }: TestCustomer, empty: null | ''): Promise<Finding> {
  await update({ title: 'Dr.' });
  const code = await update({ title: empty });
  if (code !== undefined) return ok(`refused with ${code}: keep clearMode "keep"`);
  const title = (await read())?.title;
  if (title === 'Dr.') return ok('ignored: keep clearMode "keep"');
  const mode = empty === null ? 'null' : 'emptyString';
  return ok(`clears the field (reads back as ${JSON.stringify(title ?? null)}): clearMode "${mode}" works`);
}

async function checkAttributes({ update, read }: TestCustomer): Promise<Finding> {
  const names = async () => new Set(((await read())?.attributes ?? []).map(({ name }) => name));
  await update({ attributes: [{ name: 'connectorDoctorSecond', type: 'STRING', value: 'x' }] });
  const afterOne = await names();
  if (!afterOne.has('connectorDoctor')) {
    return unexpected('an update replaces all attributes', 'Attributes of other systems would be lost.');
  }
  await update({ attributes: [] });
  return (await names()).has('connectorDoctor')
    ? ok('merged; an empty list changes nothing')
    : ok('merged; an empty list removes all (the connector never sends one)');
}

async function checkTypes({ update, read }: TestCustomer): Promise<Finding> {
  const tried = [
    { name: 'connectorDoctorInteger', type: 'INTEGER', value: 4 },
    { name: 'connectorDoctorBoolean', type: 'BOOLEAN', value: true },
    { name: 'connectorDoctorJson', type: 'JSON', value: ['a'] },
  ];
  const refused: string[] = [];
  for (const each of tried) {
    if ((await update({ attributes: [each] })) !== undefined) refused.push(each.type);
  }
  if (refused.length > 0) {
    return problem(
      `refused: ${refused.join(', ')}`,
      'Map these attributes as STRING (docs/mapping/customer.md).',
    );
  }
  const stored = (await read())?.attributes ?? [];
  const changed = tried.filter(
    ({ name, value }) =>
      JSON.stringify(stored.find((each) => each.name === name)?.value) !== JSON.stringify(value),
  );
  return changed.length === 0
    ? ok('INTEGER, BOOLEAN and JSON are read as they were written')
    : ok(
        `read in another form: ${changed.map(({ type }) => type).join(', ')}; comparisons with Fluent may report these as edited`,
      );
}

/** Fluent's code for a value that is too long. */
const TOO_LONG = 'C0141E';

/** The mapper counts UTF-16 units: 26 of these are 26 code points, 52 units, 104 bytes; the maximum is 50. */
async function checkLengths({ update }: TestCustomer): Promise<Finding> {
  const wide = await update({ lastName: '\u{1f600}'.repeat(26) });
  const accented = await update({ lastName: 'é'.repeat(50) });
  await update({ lastName: 'Doctor (test, may be removed)' });
  if (accented !== undefined && accented !== TOO_LONG) {
    return unknown(`50 accented letters are refused with ${accented}`);
  }
  if (accented !== undefined) {
    return problem(
      `50 accented letters are refused (${accented}): Fluent counts bytes`,
      'Names near the maximum length would fail. Shorten them in the mapper (lambdas/handlers/customer/text.ts).',
    );
  }
  if (wide === undefined) return ok('code points or more; the mapper counts UTF-16 units and stays below');
  return wide === TOO_LONG ? ok('UTF-16 units, as in the mapper') : unknown(`emoji are refused with ${wide}`);
}
