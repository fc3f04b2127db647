import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyGraphqlErrors } from '../../../lambdas/adapters/fluent/fluent-errors.ts';
import {
  ConnectorError,
  type Failure,
  type FailureClass,
  toFailure,
} from '../../../lambdas/core/base/errors.ts';
import { classifyHttp, type HttpAnswer } from '../../../lambdas/core/base/http-failure.ts';
import { backoffSeconds } from '../../../lambdas/core/delivery/backoff.ts';
import { deliverySettings } from '../../../lambdas/core/delivery/delivery-settings.ts';
import { holds } from './seeds.ts';

/** Longest time in seconds that the queue can hide a message, minus the time already used. */
const LONGEST_HIDING = 43_000;
const classes: readonly FailureClass[] = ['retry', 'ambiguous', 'permanent', 'configuration'];
const defaults = deliverySettings.parse({});
const now = Date.parse('2026-11-20T12:00:00Z');

const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const receives = fc.integer({ min: 1, max: 1_000 });
const headers = fc.option(
  fc.oneof(
    fc.nat().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.constantFrom('', '-1', '1.5', '1e9', 'Infinity', ' 5', '0x10', 'Thu, 99 Foo 2026', '9'.repeat(400)),
    fc.string(),
  ),
  { nil: undefined },
);

/** Every judgement has one class, a code without a value, and a wait that SQS can hold. */
function isSound({ failureClass, code, retryAfterSeconds: wait = 0 }: Failure): boolean {
  const isWait = Number.isInteger(wait) && wait >= 0 && wait <= 6 * 3_600;
  return classes.includes(failureClass) && /^[A-Z][A-Z0-9_]{0,60}$/.test(code) && isWait;
}

function expectSound(...failures: readonly Failure[]): void {
  expect(failures.filter((failure) => !isSound(failure))).toEqual([]);
}

function waitAfter(failure: Failure, random: number, times = 1): number {
  return backoffSeconds(failure, defaults, { receives: times, random });
}

describe('an error response', () => {
  const statuses = [undefined, ...Array.from({ length: 500 }, (_, index) => index + 100)];
  const answers = statuses.flatMap((status) =>
    (['COMMERCETOOLS', 'FLUENT'] as const).flatMap((system) =>
      [true, false].map((isWrite) => ({ system, status, isWrite })),
    ),
  );

  test('has exactly one class for any status and header (2,004 responses per case)', () =>
    holds(
      fc.property(headers, unit, (retryAfter, random) => {
        const judged = answers.map((answer) => ({
          answer,
          failure: classifyHttp({ ...answer, retryAfter, now }),
        }));
        expectSound(...judged.map(({ failure }) => failure));
        const misjudged = judged.filter(
          ({ answer, failure }) => (failure.failureClass === 'ambiguous') !== isOpen(answer),
        );
        const tooEarly = judged.filter(
          ({ answer, failure }) => isOpen(answer) && waitAfter(failure, random) < defaults.deltaSeconds,
        );
        expect({ misjudged, tooEarly }).toEqual({ misjudged: [], tooEarly: [] });
      }),
      { runs: 60 },
    ));

  /** A write that may have happened: no answer, or a fault behind the gateway. */
  function isOpen({ status, isWrite }: Pick<HttpAnswer, 'status' | 'isWrite'>): boolean {
    return isWrite && (status === undefined || status === 408 || status >= 500);
  }
});

describe('the errors in an answer of Fluent', () => {
  const canary = 'jane.canary@example.com';
  const code = fc
    .tuple(fc.constantFrom('C', 'S', 'T', 'X'), fc.nat({ max: 9_999 }), fc.constantFrom('E', 'W', ''))
    .map(([letter, number, end]) => `${letter}${String(number).padStart(4, '0')}${end}`);
  const words = fc.constantFrom(
    'timed out',
    'already exists',
    'not found',
    'rate limit',
    'server error',
    'x',
  );
  const message = fc
    .tuple(words, fc.option(code, { nil: '' }))
    .map(([text, at]) => `${at} ${text} ${canary}`);
  const error = fc.oneof(
    fc.record({ message, extensions: fc.record({ code }) }, { requiredKeys: [] }),
    fc.record({ message: fc.jsonValue(), extensions: fc.jsonValue() }, { requiredKeys: [] }),
    fc.jsonValue(),
  );
  const status = fc.integer({ min: 100, max: 599 });

  test('have exactly one class and never contain a value; only errors of a write are ambiguous', () =>
    holds(
      fc.property(
        fc.array(error, { maxLength: 4 }),
        status,
        fc.boolean(),
        unit,
        (errors, status, isWrite, random) => {
          const failure = classifyGraphqlErrors(errors, { status, isWrite });
          expectSound(failure);
          expect(JSON.stringify(failure)).not.toContain('canary');
          if (failure.failureClass !== 'ambiguous') return;
          expect(isWrite).toBe(true);
          expect(waitAfter(failure, random)).toBeGreaterThanOrEqual(defaults.deltaSeconds);
        },
      ),
      { runs: 3_000 },
    ));

  test('are retried if one of them is retryable, whatever else is wrong', () =>
    holds(
      fc.property(fc.array(error, { minLength: 1, maxLength: 4 }), status, (errors, status) => {
        const isOpen = (list: readonly unknown[]) =>
          classifyGraphqlErrors(list, { status, isWrite: true }).failureClass === 'ambiguous';
        expect(isOpen(errors)).toBe(errors.some((one) => isOpen([one])));
        if (status >= 500) expect(isOpen(errors)).toBe(true);
      }),
      { runs: 1_000 },
    ));

  test('get the same judgement in any order', () =>
    holds(
      fc.property(
        fc.array(error, { minLength: 2, maxLength: 4 }),
        status,
        fc.boolean(),
        (errors, status, isWrite) => {
          const judge = (list: readonly unknown[]) =>
            classifyGraphqlErrors(list, { status, isWrite }).failureClass;
          expect(judge(errors.toReversed())).toBe(judge(errors));
        },
      ),
      { runs: 1_000 },
    ));
});

describe('any thrown value', () => {
  test('has exactly one class; after a call to the OMS an unknown one is retried as ambiguous', () =>
    holds(
      fc.property(fc.anything(), fc.boolean(), unit, (thrown, omsWasCalled, random) => {
        const failure = toFailure(thrown, omsWasCalled);
        expectSound(failure);
        expect(failure.failureClass).toBe(omsWasCalled ? 'ambiguous' : 'permanent');
        if (omsWasCalled) expect(waitAfter(failure, random)).toBeGreaterThanOrEqual(defaults.deltaSeconds);
      }),
      { runs: 1_000 },
    ));

  test('keeps its own judgement if it is a declared failure', () =>
    holds(
      fc.property(fc.constantFrom(...classes), fc.boolean(), (failureClass, omsWasCalled) => {
        const declared = new ConnectorError({ failureClass, code: 'X' }, 'x');
        expect(toFailure(declared, omsWasCalled)).toBe(declared);
      }),
      { runs: 30 },
    ));
});

describe('the backoff, for any settings', () => {
  const failure: fc.Arbitrary<Failure> = fc
    .record({
      failureClass: fc.constantFrom(...classes),
      wait: fc.option(fc.nat({ max: 6 * 3_600 }), { nil: undefined }),
    })
    .map(({ failureClass, wait }) => ({
      failureClass,
      code: 'X',
      ...(wait !== undefined && { retryAfterSeconds: wait }),
    }));
  const seconds = (max: number) => fc.nat({ max });
  const settings = fc
    .record({
      deltaSeconds: seconds(LONGEST_HIDING),
      backoffFloorSeconds: seconds(3_600),
      backoffBaseSeconds: seconds(3_600),
      backoffCapSeconds: seconds(LONGEST_HIDING),
    })
    .map((some) => ({ ...defaults, ...some }));

  test('is a whole number of seconds within the limit of SQS, and never below the requested wait', () =>
    holds(
      fc.property(failure, receives, settings, unit, (failure, receives, settings, random) => {
        const wait = backoffSeconds(failure, settings, { receives, random });
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeLessThanOrEqual(LONGEST_HIDING);
        expect(wait).toBeGreaterThanOrEqual(settings.backoffFloorSeconds);
        expect(wait).toBeGreaterThanOrEqual(failure.retryAfterSeconds ?? 0);
        if (failure.failureClass === 'ambiguous') expect(wait).toBeGreaterThanOrEqual(settings.deltaSeconds);
      }),
      { runs: 2_000 },
    ));

  test('grows with every receive and with the random number', () =>
    holds(
      fc.property(failure, receives, settings, unit, unit, (failure, receives, settings, a, b) => {
        const wait = (times: number, random: number) =>
          backoffSeconds(failure, settings, { receives: times, random });
        expect(wait(receives + 1, a)).toBeGreaterThanOrEqual(wait(receives, a));
        expect(wait(receives, Math.max(a, b))).toBeGreaterThanOrEqual(wait(receives, Math.min(a, b)));
      }),
      { runs: 1_000 },
    ));
});
