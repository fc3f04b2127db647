import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyGraphqlErrors } from '../../../lambdas/adapters/fluent/fluent-errors.ts';
import { ConnectorError, type Failure, toFailure } from '../../../lambdas/core/base/errors.ts';
import { classifyHttp, withoutToken } from '../../../lambdas/core/base/http-failure.ts';
import { backoffSeconds } from '../../../lambdas/core/delivery/backoff.ts';
import { deliverySettings } from '../../../lambdas/core/delivery/delivery-settings.ts';

const settings = deliverySettings.parse({});
const now = Date.parse('2026-11-20T12:00:00Z');
const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anyFailure: fc.Arbitrary<Failure> = fc
  .record({
    failureClass: fc.constantFrom('retry' as const, 'ambiguous' as const, 'configuration' as const),
    wait: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined }),
  })
  .map(({ failureClass, wait }) => ({
    failureClass,
    code: 'X',
    ...(wait !== undefined && { retryAfterSeconds: wait }),
  }));

describe('the backoff', () => {
  test('is between its floor and the SQS maximum, and at least DELTA after an ambiguous result', () => {
    fc.assert(
      fc.property(anyFailure, fc.integer({ min: 1, max: 1_000 }), unit, (failure, receives, random) => {
        const seconds = backoffSeconds(failure, settings, { receives, random });
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(Math.max(1, failure.retryAfterSeconds ?? 0));
        expect(seconds).toBeLessThanOrEqual(43_200);
        if (failure.failureClass === 'ambiguous')
          expect(seconds).toBeGreaterThanOrEqual(settings.deltaSeconds);
      }),
    );
  });

  test.each([
    [1, 60],
    [2, 120],
    [3, 240],
    [4, 480],
    [5, 900],
    [900, 900],
  ])('on receive %i is %i s at most', (receives, cap) => {
    const failure: Failure = { failureClass: 'retry', code: 'X' };
    expect(backoffSeconds(failure, settings, { receives, random: 0.999_999 })).toBe(cap);
    expect(backoffSeconds(failure, settings, { receives, random: 0 })).toBe(1);
  });
});

describe('an unsuccessful HTTP response', () => {
  test('of a write is ambiguous whenever the write may have happened (A2)', () => {
    for (let status = 300; status <= 599; status++) {
      const { failureClass } = classifyHttp({ system: 'FLUENT', status, isWrite: true, now });
      expect(failureClass === 'ambiguous', String(status)).toBe(status >= 500 || status === 408);
    }
    expect(classifyHttp({ system: 'FLUENT', status: undefined, isWrite: true, now }).failureClass).toBe(
      'ambiguous',
    );
  });

  test('of a read is never ambiguous', () => {
    for (const status of [undefined, 408, 500, 502, 503, 504]) {
      expect(classifyHttp({ system: 'COMMERCETOOLS', status, isWrite: false, now }).failureClass).toBe(
        'retry',
      );
    }
  });

  test.each([
    [401, 'configuration'],
    [403, 'configuration'],
    [400, 'permanent'],
    [413, 'permanent'],
    [300, 'configuration'],
    [301, 'configuration'],
    [307, 'configuration'],
    [399, 'configuration'],
    [429, 'retry'],
  ])('%i is classified as %s', (status, failureClass) => {
    expect(classifyHttp({ system: 'FLUENT', status, isWrite: true, now }).failureClass).toBe(failureClass);
  });

  test('of a token endpoint never dead-letters the event', () => {
    for (let status = 300; status <= 599; status++) {
      const { failureClass } = withoutToken(classifyHttp({ system: 'FLUENT', status, isWrite: false, now }));
      expect(failureClass, String(status)).toBe(
        status >= 500 || [408, 425, 429].includes(status) ? 'retry' : 'configuration',
      );
    }
  });

  test.each([
    ['17', 17],
    ['Fri, 20 Nov 2026 12:01:30 GMT', 90],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['99999999', 21_600],
    ['soon', 60],
    [undefined, 60],
  ])('429 with Retry-After %s waits %i s', (retryAfter, seconds) => {
    expect(
      classifyHttp({ system: 'FLUENT', status: 429, retryAfter, isWrite: true, now }).retryAfterSeconds,
    ).toBe(seconds);
  });
});

describe('GraphQL errors of Fluent', () => {
  const judge = (...errors: unknown[]) => classifyGraphqlErrors(errors, { status: 200, isWrite: true });
  const coded = (code: string) => ({ message: 'x', extensions: { code } });

  test.each([
    ['C0011E', 'retry', 60],
    ['C0003E', 'retry', 60],
    ['S0040E', 'retry', 10],
    ['C0020E', 'configuration', undefined],
    ['C0123E', 'permanent', undefined],
    ['C0141E', 'permanent', undefined],
    ['S0001E', 'permanent', undefined],
    ['S0019E', 'permanent', undefined],
    ['S0002E', 'ambiguous', 30],
    ['S0020E', 'ambiguous', 30],
    ['S0100E', 'ambiguous', 30],
    ['T0001E', 'ambiguous', 30],
  ])('%s is %s', (code, failureClass, wait) => {
    expect(judge(coded(code))).toEqual({
      code,
      failureClass,
      ...(wait !== undefined && { retryAfterSeconds: wait }),
    });
  });

  test.each([
    ['C0141E: firstName is longer than 50', { code: 'C0141E', field: 'firstName' }],
    [
      'C0123E: Unique constraint on username violated for jane@example.com',
      { code: 'C0123E', field: 'username' },
    ],
    ['Field "primaryEmail" of required type "String!" was not provided: required', { field: 'primaryEmail' }],
    ['C0141E: surname is longer than 50', { code: 'C0141E' }],
  ])('"%s" names one of our own fields, or none', (message, expected) => {
    const { code, field } = judge({ message });
    expect({ code, field }).toEqual({ code: 'FLUENT_REQUIRED', field: undefined, ...expected });
  });

  test('name no field if they are retried', () => {
    expect(judge({ message: 'C0011E: too many requests for username' })).not.toHaveProperty('field');
  });

  test('are read from the message if only it contains the code', () => {
    expect(judge({ message: 'C0123E: unique constraint' }).code).toBe('C0123E');
  });

  test.each([[{ toString: 1 }], [['C0141E']], [7], [null]])(
    'with a code that is no string (%j) are unknown',
    (code) => {
      expect(judge({ extensions: { code } })).toEqual({
        failureClass: 'permanent',
        code: 'FLUENT_UNKNOWN_ERROR',
      });
    },
  );

  test('are permanent if one of them is', () => {
    expect(judge(coded('C0011E'), coded('C0141E')).failureClass).toBe('permanent');
  });

  test.each([
    ['A connection timed out', 'ambiguous'],
    ['Customer already exists', 'permanent'],
    ['Field x is required', 'permanent'],
    ['gibberish', 'permanent'],
    [undefined, 'permanent'],
  ])('without a code, "%s" is %s', (message, failureClass) => {
    expect(judge({ message }).failureClass).toBe(failureClass);
  });

  test('never keep the message, which may contain a value', () => {
    expect(JSON.stringify(judge({ message: 'C0141E: value jane@example.com too long' }))).not.toContain(
      'jane',
    );
  });
});

test('an unexpected exception is permanent before an OMS call and ambiguous after one', () => {
  expect(toFailure(new TypeError('x'), false)).toEqual({ failureClass: 'permanent', code: 'INTERNAL' });
  expect(toFailure('thrown text', true)).toEqual({ failureClass: 'ambiguous', code: 'INTERNAL' });
  const declared = new ConnectorError({ failureClass: 'retry', code: 'Y' }, 'y');
  expect(toFailure(declared, true)).toBe(declared);
});
