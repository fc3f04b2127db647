import { fluentSwitches } from '@fluent-connector/twins/fluent';
import { afterEach, describe, expect, test } from 'vitest';
import { clockProbe } from '../../cli/doctor/clock-probe.ts';
import { runProbes } from '../../cli/doctor/probe.ts';
import { ProbeHttp } from '../../cli/doctor/probe-http.ts';
import { checkSystems } from '../../cli/doctor/system-probes.ts';
import { commercetools, fluent, systems, useTwins } from './doctor-twins.ts';

useTwins();

describe('an outage', () => {
  const advice = async (under: Parameters<typeof checkSystems>[0], writes = true) =>
    (await checkSystems(under, { writes, timeoutMs: 400 })).filter(({ status }) => status === 'problem');
  afterEach(async () => {
    fluent.faults.rates = {};
    commercetools.faults.http.rates = {};
  });

  test('of a silent Fluent is one problem, and the other checks are unknown', async () => {
    fluent.faults.rates = { hang: 1 };
    const checks = await checkSystems({ fluent: systems().fluent }, { writes: true, timeoutMs: 400 });
    const [login, query, ...others] = checks.slice(0, -1);
    expect(login).toMatchObject({ check: 'Fluent: login', status: 'ok' });
    expect(query).toMatchObject({
      ...{ check: 'Fluent: customers can be queried', status: 'problem' },
      ...{
        detail: expect.stringContaining('FLUENT_NO_ANSWER'),
        fix: expect.stringMatching(/^Fluent is down/),
      },
    });
    expect(others.map(({ status, detail }) => `${status}: ${detail}`)).toEqual(
      others.map(() => 'unknown: not checked: Fluent does not answer'),
    );
    expect(others.length).toBeGreaterThan(10);
  });
  test('of a silent commercetools is reported with the time waited', async () => {
    commercetools.faults.http.rates = { hang: 1 };
    const found = await advice({ commercetools: systems().commercetools });
    expect(found.map(({ detail }) => detail)).toEqual(['no answer within 0.4 s']);
    expect(found[0]?.fix).toMatch(/region of the project.*commercetools is down/);
  });
  test('each result is reported before the next probe runs', async () => {
    const events: string[] = [];
    const probe = (check: string) => ({
      check,
      run: async () => {
        events.push(`ran ${check}`);
        return { status: 'ok' as const, detail: '' };
      },
    });
    await runProbes([probe('a'), probe('b')], ({ check }) => void events.push(check));
    expect(events).toEqual(['ran a', 'a', 'ran b', 'b']);
  });
  test('of Fluent after its login is not reported as a missing permission', async () => {
    const { fluent: target } = systems();
    fluent.faults.rates = { serverError: 1 };
    const found = await advice({ fluent: target });
    expect(found.map(({ fix }) => fix)).toEqual(found.map(() => expect.stringMatching(/^Fluent is down/)));
    expect(found.length).toBeGreaterThan(0);
  });
  test.each(['tokenEndpointDown', 'serverError'])(
    'of Fluent, %s, is not reported as a wrong secret',
    async (fault) => {
      fluent.faults.rates = { [fault]: 1 };
      const [login] = await advice({ fluent: systems().fluent });
      expect(login).toMatchObject({ fix: expect.stringMatching(/^Fluent is down/) });
    },
  );
  test('a token that commercetools refuses on a read points to the API client', async () => {
    commercetools.faults.http.rates = { tokenExpired: 1 };
    const found = await advice({ commercetools: { ...systems().commercetools, subscription: undefined } });
    expect(found).toMatchObject([
      { detail: 'HTTP 401', fix: expect.stringMatching(/API client was deleted.*Create a new one/) },
    ]);
  });
  test('of commercetools is not reported as a wrong address', async () => {
    commercetools.faults.http.rates = { serverError: 1 };
    const { commercetools: source } = systems();
    const found = await advice({ commercetools: source });
    expect(found.map(({ detail, fix }) => [detail, fix])).toEqual(
      found.map(() => ['HTTP 500', 'commercetools is down or overloaded. Try again in a few minutes.']),
    );
    expect(found.length).toBeGreaterThan(0);
  });
});

describe('a missing permission', () => {
  const without = async (...missing: string[]) => {
    const { permissions } = fluentSwitches.parse({});
    fluent.switches = fluentSwitches.parse({
      permissions: permissions.filter((each) => !missing.includes(each)),
    });
    const checks = await checkSystems({ fluent: systems().fluent }, { writes: true });
    return checks.filter(({ status }) => status === 'problem');
  };
  test.each(['CUSTOMER_VIEW', 'CUSTOMER_CREATE', 'CUSTOMER_UPDATE', 'RETAILER_VIEW'])(
    '%s is one problem, and what needs it is unknown',
    async (permission) => {
      expect((await without(permission)).map(({ fix }) => fix)).toEqual([
        expect.stringContaining(permission),
      ]);
    },
  );
});

describe('the clock', () => {
  const clock = async (skewMs: number) => {
    const http = new ProbeHttp();
    http.clocks.push({ system: 'Fluent', skewMs });
    const [check] = await runProbes([clockProbe(http)]);
    return `${check?.status}: ${check?.detail}`;
  };
  test('may differ by seconds, but not by a minute and a half', async () => {
    expect(await clock(2_000)).toBe('ok: within 2 s of Fluent');
    expect(await clock(-95_000)).toBe('problem: 95 s ahead of Fluent');
  });
});
