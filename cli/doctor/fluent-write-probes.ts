import * as z from 'zod/mini';
import { createFluentWriter } from '../../lambdas/adapters/fluent/fluent-writer.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import type { CreateCustomerInput } from '../../lambdas/core/delivery/ports/fluent-writer.ts';
import { type Finding, ok, type Probe, problem, unknown } from './check.ts';
import { FLUENT_QUERY, NOBODY } from './fluent-probes.ts';
import type { FluentSession } from './fluent-session.ts';
import { codeOf, isDenied } from './outage-check.ts';

/** The one customer that the write probes make; a second time it is used again. */
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

/** What only writing shows. Makes one customer of a telling name, and changes nobody else. */
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
  /** The code of the refusal, or undefined. */
  const update = async (change: object): Promise<string | undefined> => {
    const input = { username: TEST_USERNAME, ...change };
    const answer = await graphql({ query: UPDATE, schema: answered, isWrite: true }, { input }).catch(codeOf);
    if (typeof answer === 'string') return answer;
    return answer.updateCustomer ? undefined : 'null';
  };
  const read = async () => (await graphql({ query: READ, schema: record }, { ref: TEST_USERNAME })).customer;

  return [
    {
      check: CREATE,
      needs: FLUENT_QUERY,
      fix: 'Give the role of the integration user CUSTOMER_CREATE, and look at the retailer id.',
      async look() {
        const answer = await writer.create(draft);
        return ok(
          answer === 'created'
            ? `${TEST_USERNAME}, with an e-mail at deleted.invalid`
            : `${TEST_USERNAME} was there`,
        );
      },
    },
    {
      check: 'Fluent: a second create of it is refused',
      needs: CREATE,
      async look() {
        const answer = await writer.create(draft).catch(codeOf);
        if (answer === 'duplicate') return ok('C0123E, as the connector expects');
        if (answer === 'created')
          return problem(
            'it was created twice',
            'Usernames are not unique here. Do not go live with this account.',
          );
        return problem(
          `refused with ${answer}`,
          'The connector knows C0123E for this. Report this code before you go live.',
        );
      },
    },
    {
      check: CHANGE,
      needs: CREATE,
      async look() {
        const code = await update({ title: 'Dr.', primaryPhone: '-' });
        if (code === undefined) return ok('CUSTOMER_UPDATE');
        return problem(
          `refused with ${code}`,
          isDenied(code)
            ? 'Give the role of the integration user CUSTOMER_UPDATE.'
            : 'Report this code before you go live.',
        );
      },
    },
    {
      check: 'Fluent: update of an unknown customer',
      needs: CHANGE,
      async look() {
        const code = await update({ username: NOBODY });
        if (code === 'C0120E' || code === 'null') return ok(`${code}, which the connector takes as unknown`);
        return code === undefined
          ? problem('was accepted', 'An update creates customers here. Report this before you go live.')
          : problem(
              `refused with ${code}`,
              'The connector knows C0120E and null for this. Report this code before you go live.',
            );
      },
    },
    { check: 'Fluent: null in an update', needs: CHANGE, look: () => lookAtEmpty({ update, read }, null) },
    { check: 'Fluent: "" in an update', needs: CHANGE, look: () => lookAtEmpty({ update, read }, '') },
    {
      check: 'Fluent: attributes are merged by name',
      needs: CHANGE,
      look: () => lookAtAttributes({ update, read }),
    },
    { check: 'Fluent: types of attributes', needs: CHANGE, look: () => lookAtTypes({ update, read }) },
    { check: 'Fluent: unit of the greatest lengths', needs: CHANGE, look: () => lookAtLengths(update) },
  ];
}

interface TestCustomer {
  readonly update: (change: object) => Promise<string | undefined>;
  readonly read: () => Promise<z.infer<typeof record>['customer']>;
}

/** What `clearMode` can do; the default keeps a value that was cleared in commercetools. */
async function lookAtEmpty({ update, read }: TestCustomer, empty: null | ''): Promise<Finding> {
  await update({ title: 'Dr.' });
  const code = await update({ title: empty });
  if (code !== undefined) return ok(`refused with ${code}: leave clearMode at "keep"`);
  const title = (await read())?.title;
  if (title === 'Dr.') return ok('ignored: leave clearMode at "keep"');
  const mode = empty === null ? 'null' : 'emptyString';
  return ok(`clears the field (reads back as ${JSON.stringify(title ?? null)}): clearMode "${mode}" works`);
}

async function lookAtAttributes({ update, read }: TestCustomer): Promise<Finding> {
  const names = async () => new Set(((await read())?.attributes ?? []).map(({ name }) => name));
  await update({ attributes: [{ name: 'connectorDoctorSecond', type: 'STRING', value: 'x' }] });
  const afterOne = await names();
  if (!afterOne.has('connectorDoctor')) {
    return problem(
      'an update replaces all attributes',
      'Attributes of others would be lost. Report this before you go live.',
    );
  }
  await update({ attributes: [] });
  return (await names()).has('connectorDoctor')
    ? ok('merged; an empty list changes nothing')
    : ok('merged; an empty list removes all (the connector never sends one)');
}

async function lookAtTypes({ update, read }: TestCustomer): Promise<Finding> {
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
    ? ok('INTEGER, BOOLEAN and JSON come back as they were sent')
    : ok(
        `come back in another form: ${changed.map(({ type }) => type).join(', ')}; comparisons with Fluent may show these as edited`,
      );
}

/** Fluent's code for a value that is too long. */
const TOO_LONG = 'C0141E';

/** The mapper counts UTF-16 units: 26 of these are 26 code points, 52 units, 104 bytes; the maximum is 50. */
async function lookAtLengths(update: TestCustomer['update']): Promise<Finding> {
  const wide = await update({ lastName: '\u{1f600}'.repeat(26) });
  const accented = await update({ lastName: 'é'.repeat(50) });
  await update({ lastName: 'Doctor (test, may be removed)' });
  if (accented !== undefined && accented !== TOO_LONG) {
    return unknown(`50 accented letters are refused with ${accented}`);
  }
  if (accented !== undefined) {
    return problem(
      `50 accented letters are refused (${accented}): bytes are counted`,
      'Names near the maximum would fail. Shorten them in the mapper (lambdas/handlers/customer/text.ts).',
    );
  }
  if (wide === undefined)
    return ok('code points or more; the mapper, which counts UTF-16 units, stays below');
  return wide === TOO_LONG
    ? ok('UTF-16 units, as the mapper counts')
    : unknown(`emoji are refused with ${wide}`);
}
