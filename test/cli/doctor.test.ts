import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fluentSwitches } from '@fluent-connector/twins/fluent';
import { describe, expect, test } from 'vitest';
import { TEST_USERNAME } from '../../cli/doctor/fluent-write-probes.ts';
import { checkSystems } from '../../cli/doctor/system-probes.ts';
import { checksSummary, checkView } from '../../cli/render/render-checks.ts';
import { commercetools, fluent, lines, systems, useTwins } from './doctor-twins.ts';
import { connector } from './recorded-shell.ts';
import { laidOut } from './views/laid-out.ts';

useTwins();

/** The right-hand column of docs/real-systems.md, and the two permissions that it needs. */
const writeChecks = [
  'Fluent: a customer can be created',
  'Fluent: a second create is refused',
  'Fluent: a customer can be updated',
  'Fluent: update of an unknown customer',
  'Fluent: null in an update',
  'Fluent: "" in an update',
  'Fluent: attributes are merged by name',
  'Fluent: attribute types',
  'Fluent: unit of maximum lengths',
];

describe('two correct systems', () => {
  test('have no problem, and only reads are needed to see it', async () => {
    expect(await lines(systems())).toEqual({
      'commercetools: API client': 'ok: token for 48 h',
      'commercetools: scopes to run': 'ok: view_customers, view_customer_groups',
      'commercetools: customers can be read': 'ok: project "shop-dev", 1 customers',
      'commercetools: API client to deploy': 'ok: manage_subscriptions; 0 of 50 subscriptions',
      'Fluent: login': 'ok: token for 24 h',
      'Fluent: customers can be queried': 'ok: CUSTOMER_VIEW',
      'Fluent: retailer': 'ok: 1 exists',
      'Fluent: lookup of an unknown customer': 'ok: answers null',
      'Fluent: fields of a customer':
        'ok: a create requires username, primaryEmail, promotionOptIn, retailer: always sent',
      'Fluent: header fluent.account': 'ok: not required; sent anyway',
      'Fluent: HTTP status of GraphQL errors': 'ok: HTTP 200 with "errors", as the connector expects',
      'Fluent: page size of customers': 'unknown: all 0 customers fit on one page',
      'Fluent: case of usernames': 'unknown: no customer has a username with letters yet',
      ...Object.fromEntries(writeChecks.map((check) => [check, 'unknown: checked only with --write-probes'])),
      'clock of this machine': expect.stringMatching(/^ok: within 1 s of/),
    });
    expect(fluent.writes()).toEqual([]);
    expect(Object.keys(commercetools.requests()).filter((each) => !/^(GET|POST \/oauth)/.test(each))).toEqual(
      [],
    );
  });
  test('get one test customer with --write-probes, however often it runs', async () => {
    const expected = {
      'Fluent: a second create is refused': 'ok: C0123E, as the connector expects',
      'Fluent: a customer can be updated': 'ok: CUSTOMER_UPDATE',
      'Fluent: update of an unknown customer': 'ok: C0120E, which the connector reads as not found',
      'Fluent: null in an update': 'ok: clears the field (reads back as null): clearMode "null" works',
      'Fluent: "" in an update': 'ok: clears the field (reads back as ""): clearMode "emptyString" works',
      'Fluent: attributes are merged by name': 'ok: merged; an empty list changes nothing',
      'Fluent: attribute types': 'ok: INTEGER, BOOLEAN and JSON are read as they were written',
      'Fluent: unit of maximum lengths': 'ok: UTF-16 units, as in the mapper',
    };
    expect(await lines(systems(), true)).toMatchObject({
      ...expected,
      'Fluent: a customer can be created': `ok: ${TEST_USERNAME}, with an e-mail at deleted.invalid`,
    });
    expect(await lines(systems(), true)).toMatchObject({
      ...expected,
      'Fluent: a customer can be created': `ok: ${TEST_USERNAME} exists already`,
      'Fluent: case of usernames': 'ok: usernames are case-sensitive',
    });
    expect(fluent.customers().map(({ username }) => username)).toEqual([TEST_USERNAME]);
  });
});

describe('other behavior of a sandbox', () => {
  const cases = [
    [{ lookupOfUnknown: 'C0120E' }, 'lookup of an unknown customer', /^ok: .*C0120E/],
    [{ lookupOfUnknown: 'C9999E' }, 'lookup of an unknown customer', /^problem: answers C9999E/],
    [{ accountHeaderRequired: true }, 'header fluent.account', /^ok: required \(HTTP 403/],
    [{ statusOfErrors: 400 }, 'HTTP status of GraphQL errors', /^ok: HTTP 400 with "errors"/],
    [{ duplicateUsername: 'C0160E' }, 'a second create is refused', /^problem: refused with C0160E/],
    [{ uniqueWithin: 'retailer' }, 'a second create is refused', /^ok/],
    [{ updateOfUnknown: 'null' }, 'update of an unknown customer', /^ok: null/],
    [{ updateOfUnknown: 'S0020E' }, 'update of an unknown customer', /^problem: refused with S0020E/],
    [{ nullOnUpdate: 'ignore' }, 'null in an update', /^ok: ignored/],
    [{ nullOnUpdate: 'reject' }, 'null in an update', /^ok: refused with C0140E/],
    [{ attributes: 'replace' }, 'attributes are merged by name', /^problem: an update replaces/],
    [{ lengthUnit: 'codePoints' }, 'unit of maximum lengths', /^ok: code points/],
    [{ lengthUnit: 'bytes' }, 'unit of maximum lengths', /^problem: 50 accented letters/],
    [{ permissions: [] }, 'customers can be queried', /^problem: .*C0020E/],
    [{ permissions: ['CUSTOMER_VIEW'] }, 'retailer', /^problem: C0020E/],
    [{ permissions: ['CUSTOMER_VIEW', 'RETAILER_VIEW'] }, 'a customer can be created', /^problem: .*C0020E/],
  ] as const;
  test.each(cases)('%o: %s', async (switches, check, line) => {
    fluent.switches = fluentSwitches.parse(switches);
    expect((await lines({ fluent: systems().fluent }, true))[`Fluent: ${check}`]).toMatch(line);
  });
  test('usernames that ignore case', async () => {
    await lines({ fluent: systems().fluent }, true);
    fluent.switches = fluentSwitches.parse({ usernameCase: 'insensitive' });
    expect((await lines({ fluent: systems().fluent }))['Fluent: case of usernames']).toMatch(
      /^ok: usernames ignore case/,
    );
  });
});

describe('wrong credentials and addresses', () => {
  test('a wrong secret is one problem per system', async () => {
    const { commercetools: source, fluent: target } = systems();
    const found = await lines({
      commercetools: { ...source, connection: { ...source.connection, clientSecret: 'wrong' } },
      fluent: { ...target, connection: { ...target.connection, password: 'wrong' } },
    });
    expect(found).toMatchObject({
      'commercetools: API client': 'problem: no token: HTTP 401',
      'commercetools: scopes to run': 'unknown: not checked: no token',
      'Fluent: login': 'problem: no token: HTTP 401',
      'Fluent: customers can be queried': 'unknown: not checked: needs "Fluent: login"',
    });
    // One cause is one problem: a wrong password is not reported as missing permissions.
    const problems = Object.values(found).filter((line) => line.startsWith('problem'));
    expect(problems).toEqual(['problem: no token: HTTP 401', 'problem: no token: HTTP 401']);
  });
  test('missing scopes and another project are problems', async () => {
    const { commercetools: source } = systems();
    const narrow = {
      ...source,
      connection: commercetools.connection('admin'),
      subscription: source.connection,
    };
    expect(await lines({ commercetools: narrow })).toMatchObject({
      'commercetools: scopes to run':
        'problem: not granted for the whole project "shop-dev": view_customers, view_customer_groups',
      'commercetools: customers can be read': 'problem: HTTP 403',
      'commercetools: API client to deploy': 'problem: not granted: manage_subscriptions',
    });
    const other = await lines({ commercetools: { ...source, projectKey: 'shop-prod' } });
    expect(other['commercetools: scopes to run']).toMatch(
      /^problem: not granted for the whole project "shop-prod"/,
    );
  });
  test('a wrong address is named', async () => {
    const { fluent: target } = systems();
    const gone = { ...target, connection: { ...target.connection, rootUrl: 'http://127.0.0.1:1' } };
    const checks = await checkSystems({ fluent: gone }, { writes: false });
    expect(checks[0]).toMatchObject({ status: 'problem', fix: expect.stringContaining('root URL') });
  });
  test('an unknown retailer is a problem', async () => {
    const { fluent: target } = systems();
    expect((await lines({ fluent: { ...target, retailerId: '9' } }))['Fluent: retailer']).toMatch(
      /^problem: retailer 9 does not exist/,
    );
  });
});

describe('doctor --env-file', () => {
  const file = (text: string) => {
    const path = `${mkdtempSync(`${tmpdir()}/doctor-`)}/.env`;
    writeFileSync(path, text);
    return { path, files: new Map([[path, text]]) };
  };
  const variables = () => {
    const { rootUrl, accountId, clientId, clientSecret, username, password } = fluent.connection();
    return `FLUENT_ROOT_URL=${rootUrl}\nFLUENT_ACCOUNT_ID=${accountId}\nFLUENT_CLIENT_ID=${clientId}\nFLUENT_CLIENT_SECRET=${clientSecret}
FLUENT_USERNAME=${username}\nFLUENT_PASSWORD=${password}\nFLUENT_RETAILER_ID=1\n`;
  };
  test('checks the systems of the file, needs no connector, and prints nothing personal or secret', async () => {
    const { path, files } = file(variables());
    const { exitCode, json, out } = await connector(['doctor', '--env-file', path, '--json'], { files });
    expect(exitCode).toBe(0);
    expect(json()).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ check: 'Fluent: login' })]),
    });
    expect(out).not.toContain('twin-password');
    expect(out).not.toContain('jane');
  });
  test('exits with 1 if there is a problem', async () => {
    const { path, files } = file(variables().replace('RETAILER_ID=1', 'RETAILER_ID=9'));
    const { exitCode, out } = await connector(['doctor', '--env-file', path], { files });
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /PROBLEM {2}Fluent: retailer - retailer 9 does not exist.*\n +-> Check the retailer id/,
    );
  });
  test('excludes --stage', async () => {
    expect((await connector(['doctor', '--env-file', '.env', '--stage', 'dev'])).exitCode).toBe(2);
  });
});

test('each check is a line, with the fix below', () => {
  const checks = [
    { check: 'a', status: 'ok', detail: 'good' },
    { check: 'longer', status: 'problem', detail: 'bad', fix: 'Do this.' },
    { check: 'c', status: 'unknown', detail: 'not checked' },
  ] as const;
  expect(laidOut(checks.map(checkView))).toBe(`ok       a - good
PROBLEM  longer - bad
         -> Do this.
unknown  c - not checked`);
  expect(checksSummary(checks)).toBe('1 problem found, 1 unknown, 3 checks.');
});
