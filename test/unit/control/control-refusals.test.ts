import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConnectorError, type FailureClass } from '../../../lambdas/core/base/errors.ts';
import { failureGroup, fieldOfGroup } from '../../../lambdas/core/delivery/failure.ts';
import { classOfFailure } from '../../../lambdas/core/delivery/failure-classes.ts';
import {
  ControlError,
  conflict,
  invalid,
  isDeclared,
  notFound,
  toControlError,
} from '../../../lambdas/core/operations/control-error.ts';
import { causes, meanings, remedyFor } from '../../../lambdas/core/operations/failure-causes.ts';
import { type RunRefusalCode, RunRefused } from '../../../lambdas/core/runs/run-refused.ts';

describe('the answer to an operator', () => {
  test.each<[RunRefusalCode, string]>([
    ['RUN_BUSY', 'conflict'],
    ['HANDLER_PAUSED', 'conflict'],
    ['HANDLER_UNKNOWN', 'not-found'],
    ['GROUP_UNKNOWN', 'not-found'],
    ['WINDOW_IN_FUTURE', 'invalid'],
    ['WINDOW_EMPTY', 'invalid'],
    ['OPTION_UNFIT', 'invalid'],
  ])('passes on the message of a run refused with %s, as %s', (code, kind) => {
    const refused = new RunRefused(code, 'What to do.');
    expect(refused.name).toBe('RunRefused');
    const answered = toControlError(refused);
    expect(answered).toMatchObject({
      ...{ name: 'ControlError', kind, code, message: 'What to do.' },
      cause: refused,
    });
  });

  test.each<[FailureClass, string, string, RegExp]>([
    ['retry', 'FLUENT_503', 'unavailable', /^It said no\. Try again in a moment\.$/],
    ['ambiguous', 'FLUENT_NO_ANSWER', 'unavailable', /Try again in a moment/],
    [
      'permanent',
      'C0141E',
      'internal',
      /Trying again does not help; find this code in the log of the function/,
    ],
    ['configuration', 'COMMERCETOOLS_403', 'forbidden', /"commercetools\.secret".*view_customers/],
    ['configuration', 'FLUENT_401', 'forbidden', /OAuth client in the secret "fluent\.secret".*permissions/],
    [
      'configuration',
      'SECRET_MISSING',
      'forbidden',
      /Put the connection into that secret.*configuration\.md/,
    ],
    [
      'configuration',
      'TABLE_FORBIDDEN',
      'forbidden',
      /permission of the stack is missing: deploy the stack again/,
    ],
    ['configuration', 'MY_FLUENT', 'forbidden', /deploy the stack again/],
  ])('names the fix of a failure of class %s (%s), as %s', (failureClass, code, kind, message) => {
    const failure = new ConnectorError({ failureClass, code }, 'It said no.');
    expect(toControlError(failure)).toMatchObject({ kind, code, cause: failure });
    expect(toControlError(failure).message).toMatch(message);
  });

  test('says nothing about a bug except where its log is', () => {
    const cause = new Error('jane@example.com');
    const answered = toControlError(cause);
    expect(answered).toMatchObject({ kind: 'internal', code: 'INTERNAL', cause });
    expect(answered.message).toMatch(/log.*docs\/runbook\.md/);
    expect(answered.message).not.toContain('jane');
  });

  test('passes on a refusal unchanged', () => {
    const path = 'ids.0';
    expect(invalid('BAD', 'Correct it.', path)).toMatchObject({
      kind: 'invalid',
      code: 'BAD',
      violations: [{ path, message: 'Correct it.' }],
    });
    expect(notFound('NONE', 'Check the id.')).toMatchObject({
      kind: 'not-found',
      code: 'NONE',
      message: 'Check the id.',
    });
    expect(conflict('BUSY', 'Wait.')).toMatchObject({ kind: 'conflict', code: 'BUSY', message: 'Wait.' });
    const bare = new ControlError({ kind: 'conflict', code: 'BUSY' }, 'Wait.');
    expect(bare.cause).toBeUndefined();
    expect(toControlError(bare)).toBe(bare);
  });
});

test('distinguishes errors thrown on purpose from bugs', () => {
  const failure = new ConnectorError({ failureClass: 'retry', code: 'X' }, 'x');
  for (const one of [conflict('X', 'x'), new RunRefused('RUN_BUSY', 'x'), failure])
    expect(isDeclared(one)).toBe(true);
  for (const one of [new Error('x'), 'x', undefined]) expect(isDeclared(one)).toBe(false);
});

describe('a group of failures', () => {
  test.each([
    ['customer:INVALID:email', 'INVALID:email', undefined],
    ['customer:EMAIL_TOO_LONG:email', 'EMAIL_TOO_LONG', 'email'],
    ['identity:C0123E:username', 'C0123E', 'username'],
    ['refused:C0141E:firstName', 'C0141E', 'firstName'],
    ['refused:C0141E', 'C0141E', undefined],
    ['given-up:GAVE_UP_AGE', 'GAVE_UP_AGE', undefined],
    ['fault:INTERNAL', 'INTERNAL', undefined],
    ['refused:SOMETHING_ELSE', 'SOMETHING_ELSE', undefined],
  ])('is named "%s" by class, code and field', (group, code, field) => {
    expect(failureGroup(code, field)).toBe(group);
    expect(fieldOfGroup({ group, code })).toBe(field);
  });

  test('has every code explained in the runbook, also those of repeated tries', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    for (const [code, remedy] of causes)
      expect(runbook).toContain(`| \`${code}\` | ${classOfFailure(code)} | ${remedy} |\n`);
    for (const code of Object.keys(meanings)) expect(runbook).toContain(`| \`${code}\` |`);
  });

  test('is safe in a key and on a command line', () => {
    expect(failureGroup('a b#c/d$e', 'A-b_c.d')).toBe('refused:a_b_c_d_e:A-b_c.d');
    expect(failureGroup('x'.repeat(201))).toHaveLength(200);
  });

  test.each([
    ['INVALID:email', /commercetools.*Correct it there/],
    ['EMAIL_MISSING', /Add it in commercetools/],
    ['EMAIL_TOO_LONG', /250 characters.*Shorten the e-mail in commercetools/],
    ['USERNAME_TOO_LONG', /made of the e-mail.*Shorten it in commercetools/],
    ['IDENTITY_CONFLICT', /Another customer.*connector link/],
    ['RETAILER_CONFLICT', /another retailer.*retailer settings/],
    ['AMBIGUOUS_MATCH', /Several.*connector link/],
    ['GAVE_UP_AGE', /tried for days.*retry the group/],
    ['GAVE_UP_RECEIVES', /tried for days.*retry the group/],
    ['INVARIANT_BROKEN', /second writer.*two stacks/],
    ['INTERNAL', /bug in the connector.*log line/],
    ['CUSTOMS_TOO_LARGE', /keeps too much.*Correct the handler/],
    ['C0123E', /Another Fluent customer.*connector link/],
    ['C0120E', /retailer/],
    ['C0141E', /longer than Fluent allows.*retry the group/],
    ['C0105E', /date/],
    ['S0001E', /set up wrongly/],
    ['NOT_INVALID', /refused permanently.*docs\/runbook\.md.*retry the group/],
  ])('has a remedy for %s', (code, remedy) => {
    expect(remedyFor(code)).toMatch(remedy);
  });
});
