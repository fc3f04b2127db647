import { describe, expect, test } from 'vitest';
import { commercetoolsConnection, fluentConnection } from '../../../lambdas/core/base/connection.ts';
import { ConnectorError, type FailureClass, MappingError } from '../../../lambdas/core/base/errors.ts';
import { contentHash, textHash } from '../../../lambdas/core/base/hash.ts';
import { classifyHttp } from '../../../lambdas/core/base/http-failure.ts';
import { readJson } from '../../../lambdas/core/base/json.ts';
import { outcomes } from '../../../lambdas/core/base/outcome.ts';
import { TokenCache } from '../../../lambdas/core/base/token.ts';
import { backoffSeconds } from '../../../lambdas/core/delivery/backoff.ts';
import { deliverySettings } from '../../../lambdas/core/delivery/delivery-settings.ts';
import { firstPath, notification } from '../../../lambdas/core/delivery/notification.ts';
import { deduplicationId } from '../../../lambdas/core/delivery/resource-event.ts';
import { event } from '../../builders/records.ts';

describe('JSON from outside', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

  test('may have one megabyte and 64 levels, but not more', () => {
    expect(readJson(`"${'x'.repeat(1_048_574)}"`)).toHaveProperty('value');
    expect(readJson(`"${'x'.repeat(1_048_575)}"`)).toEqual({ refusal: 'too-large' });
    expect(readJson(nested(64))).toHaveProperty('value');
    expect(readJson(nested(65))).toEqual({ refusal: 'too-deep' });
    expect(readJson(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`)).toEqual({ refusal: 'too-deep' });
  });

  test('is not measured inside strings', () => {
    const brackets = JSON.stringify(`${'['.repeat(100)}\\"${'{'.repeat(100)}`);
    expect(readJson(brackets)).toHaveProperty('value');
    expect(readJson(`[${'[],'.repeat(100)}{}]`)).toHaveProperty('value');
    expect(readJson(`[${'{"a":1},'.repeat(100)}1]`)).toHaveProperty('value');
    expect(readJson(`"\\\\"${nested(65)}`)).toEqual({ refusal: 'too-deep' });
  });

  test('is empty when it is blank', () => {
    for (const text of ['', ' ', '\r\n\t']) expect(readJson(text)).toEqual({ refusal: 'empty' });
    expect(readJson('null')).toEqual({ value: null });
  });
});

describe('a hash', () => {
  test('depends on the order of entries but not of members, at any level', () => {
    const one = { a: 1, b: { c: [1, { x: 1, y: 2 }], d: null } };
    const other = { b: { d: null, c: [1, { y: 2, x: 1 }] }, a: 1 };
    expect(contentHash(one)).toBe(contentHash(other));
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
  });

  test('is the same for many members in any order', () => {
    const names = ['m', 'b', 'z', 'a', 'y', 'c', 'x', 'aa', 'B'];
    const of = (list: readonly string[]) => contentHash(Object.fromEntries(list.map((name) => [name, name])));
    expect(new Set([of(names), of(names.toReversed()), of(names.toSorted())]).size).toBe(1);
  });

  test('is SHA-256 in base64url', () => {
    expect(contentHash({ b: 1, a: [] })).toBe(textHash('{"a":[],"b":1}'));
    expect(textHash('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
  });
});

test('the deduplication id differs for each value that the protocol reads', () => {
  const one = event({ runId: 'run' });
  const { projectKey, resource, version, kind } = one;
  const parts = [
    'type',
    projectKey,
    resource.typeId,
    resource.id,
    version,
    kind,
    undefined,
    undefined,
    'run',
  ];
  expect(deduplicationId('type', one)).toBe(textHash(parts.join('|')));
});

describe('a connection', () => {
  const commercetools = {
    clientId: 'c',
    clientSecret: 's',
    apiUrl: 'https://api.example.com',
    authUrl: 'https://a.b',
  };
  const fluent = {
    rootUrl: 'https://a.b',
    accountId: 'A',
    clientId: 'c',
    clientSecret: 's',
    username: 'u',
    password: 'p',
  };

  test.each([
    ['https://api.example.com', true],
    ['https://api.example.com:8443/path', true],
    ['http://127.0.0.1', true],
    ['http://127.0.0.1:4100', true],
    ['http://127.0.0.1:4100/x', true],
    ['http://127.0.0.1/x', true],
    ['http://api.example.com', false],
    ['http://127.0.0.1.example.com', false],
    ['http://127.0.0.1:80x', false],
    ['http://127.0.0.1@example.com', false],
    ['http://localhost', false],
    ['xhttps://a.b', false],
    ['xhttp://127.0.0.1', false],
    ['ftp://a.b', false],
    ['api.example.com', false],
  ])('may go to %s: %s', (url, isGood) => {
    expect(commercetoolsConnection.safeParse({ ...commercetools, apiUrl: url }).success).toBe(isGood);
    expect(commercetoolsConnection.safeParse({ ...commercetools, authUrl: url }).success).toBe(isGood);
    expect(fluentConnection.safeParse({ ...fluent, rootUrl: url }).success).toBe(isGood);
  });

  test('names the reason why a URL is refused', () => {
    const read = commercetoolsConnection.safeParse({ ...commercetools, apiUrl: 'http://a.b' });
    expect(read.error?.issues).toMatchObject([{ path: ['apiUrl'], message: 'must be https' }]);
  });

  test.each(Object.keys(fluent))('to Fluent needs %s', (name) => {
    expect(fluentConnection.safeParse({ ...fluent, [name]: '' }).success).toBe(false);
    expect(fluentConnection.safeParse({ ...fluent, [name]: undefined }).success).toBe(false);
    expect(fluentConnection.safeParse(fluent).success).toBe(true);
  });

  test.each(Object.keys(commercetools))('to commercetools needs %s', (name) => {
    expect(commercetoolsConnection.safeParse({ ...commercetools, [name]: '' }).success).toBe(false);
    expect(commercetoolsConnection.safeParse({ ...commercetools, [name]: undefined }).success).toBe(false);
  });
});

describe('the times of the protocol', () => {
  const day = 86_400;
  const rules: [name: string, fallback: number, least: number, most?: number][] = [
    ['deltaSeconds', 60, 0],
    ['backoffFloorSeconds', 1, 0],
    ['backoffBaseSeconds', 60, 0],
    ['backoffCapSeconds', 900, 0],
    ['giveUpSeconds', 3 * day, 0],
    ['giveUpMinReceives', 5, 1],
    ['receiveGuard', 900, 5, 999],
    ['absentAfterSeconds', 600, 0],
    ['absentMinReceives', 3, 2],
    ['bodyMaxAgeSeconds', day, 0],
    ['tombstoneSeconds', 90 * day, 35 * day],
    ['commercetoolsTimeoutMs', 5_000, 100],
    ['fluentTimeoutMs', 8_000, 100],
  ];

  test('have these defaults and no others', () => {
    const expected = Object.fromEntries(rules.map(([name, fallback]) => [name, fallback]));
    expect(deliverySettings.parse({})).toEqual(expected);
  });

  test.each(rules)('%s is %i unless set, at least %i', (name, _fallback, least, most) => {
    const takes = (value: unknown) => deliverySettings.safeParse({ [name]: value }).success;
    expect(takes(least)).toBe(true);
    expect(takes(least - 1)).toBe(false);
    expect(takes(least + 0.5)).toBe(false);
    expect(takes(String(least))).toBe(false);
    if (most !== undefined) expect([takes(most), takes(most + 1)]).toEqual([true, false]);
  });
});

describe('a backoff', () => {
  const settings = deliverySettings.parse({});
  const wait = (
    failureClass: FailureClass,
    over: { retryAfterSeconds?: number; receives?: number; random?: number } = {},
  ) => {
    const { receives = 1, random = 0, ...asked } = over;
    return backoffSeconds({ failureClass, code: 'X', ...asked }, settings, { receives, random });
  };

  test('starts at Retry-After, DELTA or the floor', () => {
    expect(wait('retry')).toBe(1);
    expect(wait('ambiguous')).toBe(60);
    expect(wait('configuration')).toBe(60);
    expect(wait('retry', { retryAfterSeconds: 17 })).toBe(17);
    expect(wait('ambiguous', { retryAfterSeconds: 17 })).toBe(60);
    expect(wait('ambiguous', { retryAfterSeconds: 70 })).toBe(70);
  });

  test('reaches up to the cap, or to twice the floor if that is longer', () => {
    expect(wait('retry', { random: 0.5 })).toBe(31);
    expect(wait('ambiguous', { random: 0.5 })).toBe(90);
    expect(wait('retry', { random: 0.5, receives: 3 })).toBe(121);
    expect(wait('retry', { retryAfterSeconds: 1_000, random: 0.5 })).toBe(1_500);
    expect(wait('retry', { retryAfterSeconds: 10.2 })).toBe(11);
  });

  test('stays below the longest visibility timeout of SQS', () => {
    expect(wait('retry', { retryAfterSeconds: 43_001 })).toBe(43_000);
    expect(wait('retry', { receives: 5_000, random: 0.999_999 })).toBe(900);
    const patient = { ...settings, backoffCapSeconds: 2 ** 40, backoffBaseSeconds: 0.001 };
    const at = (receives: number) =>
      backoffSeconds({ failureClass: 'retry', code: 'X' }, patient, { receives, random: 0.999_999 });
    expect(at(21)).toBe(1_049);
    expect(at(22)).toBe(at(21));
    expect(at(20)).toBeLessThan(at(21));
  });
});

describe('an error', () => {
  test('has a class, a code, a wait and a cause', () => {
    const cause = new Error('inner');
    const one = new ConnectorError({ failureClass: 'retry', code: 'C', retryAfterSeconds: 7 }, 'text', {
      cause,
    });
    expect(one).toMatchObject({
      name: 'ConnectorError',
      failureClass: 'retry',
      code: 'C',
      retryAfterSeconds: 7,
      cause,
    });
    expect(one.message).toBe('text');
  });

  test('of the mapping names its code and field', () => {
    const one = new MappingError('EMAIL_MISSING', 'email');
    expect(one).toMatchObject({ name: 'MappingError', failureClass: 'permanent', code: 'EMAIL_MISSING' });
    expect(one.message).toBe('EMAIL_MISSING: email');
  });
});

describe('an HTTP status', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const judge = (status: number | undefined, over: { isWrite?: boolean; retryAfter?: string } = {}) =>
    classifyHttp({ system: 'COMMERCETOOLS', status, isWrite: false, now, ...over });

  test('is part of the code', () => {
    expect(judge(undefined)).toEqual({ failureClass: 'retry', code: 'COMMERCETOOLS_NO_ANSWER' });
    expect(judge(503)).toStrictEqual({ failureClass: 'retry', code: 'COMMERCETOOLS_503' });
    expect(judge(400)).toEqual({ failureClass: 'permanent', code: 'COMMERCETOOLS_400' });
    expect(judge(404)).toEqual({ failureClass: 'configuration', code: 'COMMERCETOOLS_404' });
    expect(judge(425)).toEqual({ failureClass: 'retry', code: 'COMMERCETOOLS_425', retryAfterSeconds: 60 });
  });

  test.each([
    ['', undefined],
    ['0', 0],
    ['9', 9],
    [' 9', undefined],
    ['9s', undefined],
    ['x9', undefined],
    ['1.5', undefined],
    ['Fri, 20 Nov 2026 12:00:01 GMT', 1],
    ['21600', 21_600],
    ['21601', 21_600],
  ])('503 with Retry-After "%s" asks for %s', (retryAfter, seconds) => {
    const failure = judge(503, { retryAfter });
    // "x9", "9s" and "1.5" are dates to some parsers: what counts is that no long wait comes of them.
    if (seconds === undefined) expect(failure.retryAfterSeconds ?? 0).toBe(0);
    else expect(failure.retryAfterSeconds).toBe(seconds);
  });
});

test('a path names members, entries or the whole document', () => {
  const read = notification.safeParse({ notificationType: 'ResourceCreated', projectKey: 'p', resource: {} });
  expect(firstPath(read.error as never)).toBe('resource.typeId');
  expect(firstPath({ issues: [{ path: ['a', 0, 'b'] }] } as never)).toBe('a.0.b');
  expect(firstPath({ issues: [{ path: [] }] } as never)).toBe('$');
  expect(firstPath({ issues: [] } as never)).toBe('$');
});

test('there are nine outcomes', () => {
  expect([...outcomes].sort()).toEqual(
    [
      'absent',
      'collapsed',
      'deleted',
      'failed',
      'filtered',
      'skipped',
      'superseded',
      'synced',
      'unchanged',
    ].sort(),
  );
});

describe('a token', () => {
  test('that was dropped during its fetch, or whose fetch failed, drops no other token', async () => {
    const tokens = new TokenCache(() => 0);
    await tokens.drop('nothing');
    const failing = tokens.get(() => Promise.reject(new Error('down')));
    await tokens.drop('x');
    await expect(failing).rejects.toThrow('down');
    expect(await tokens.get(async () => ({ value: 'a', renewAt: 1 }))).toBe('a');
    await tokens.drop('b');
    expect(await tokens.get(async () => ({ value: 'c', renewAt: 1 }))).toBe('a');
  });

  test('is not used from its renewal time on', async () => {
    let now = 0;
    const tokens = new TokenCache(() => now);
    await tokens.get(async () => ({ value: 'a', renewAt: 10 }));
    now = 9;
    expect(await tokens.get(async () => ({ value: 'b', renewAt: 20 }))).toBe('a');
    now = 10;
    expect(await tokens.get(async () => ({ value: 'b', renewAt: 20 }))).toBe('b');
  });

  test('that expired while it was refused does not drop its successor', async () => {
    const tokens = new TokenCache(() => 0);
    let answer: (token: { value: string; renewAt: number }) => void = () => undefined;
    const first = tokens.get(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const second = tokens.get(async () => ({ value: 'b', renewAt: 1 }));
    const refusal = tokens.drop('a');
    answer({ value: 'a', renewAt: 0 });
    expect([await first, await second, await refusal]).toEqual(['a', 'b', undefined]);
    expect(await tokens.get(async () => ({ value: 'c', renewAt: 1 }))).toBe('b');
  });

  test('whose fetch failed late does not drop its successor', async () => {
    const tokens = new TokenCache(() => 0);
    let refuse: (error: Error) => void = () => undefined;
    const first = tokens.get(
      () =>
        new Promise((_resolve, reject) => {
          refuse = reject;
        }),
    );
    refuse(new Error('late'));
    await expect(first).rejects.toThrow('late');
    let fetches = 0;
    const fetchToken = async () => ({ value: `t${++fetches}`, renewAt: 1 });
    await tokens.get(fetchToken);
    expect(await tokens.get(fetchToken)).toBe('t1');
  });
});
