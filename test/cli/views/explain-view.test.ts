import { describe, expect, test } from 'vitest';
import { plainText } from '../../../cli/render/plain-text.ts';
import { explainView } from '../../../cli/render/render-explain.ts';
import type { OperationOutput } from '../../../lambdas/control/api/control-api.ts';
import { NOW } from '../recorded-shell.ts';
import { CUSTOMER, explanation } from '../sample-answers.ts';
import { laidOut } from './laid-out.ts';

const shown = (of: OperationOutput<'explain'>) => laidOut(explainView(of, NOW));

test('explain shows both systems, the sync record, the differences and the latest notifications', () => {
  expect(shown(explanation())).toBe(
    `Customer ${CUSTOMER}: It was changed by hand in Fluent after version 4 was
written.

  commercetools  version 4
  written        version 4, 2026-11-21 20:00:00
  Fluent         exists, username ${CUSTOMER}
  comparison     edited
  handler        running
  retry          FLUENT_503 after 3 attempts, next attempt 2026-11-21 21:02:00 (in 2 min)

  field         commercetools  Fluent  comparison
  ------------  -------------  ------  -------------
  primaryEmail  j***@e***      same
  lastName      D***           R***    differs (oms)

Latest notifications
  when                 outcome  version  reason
  -------------------  -------  -------  -------
  2026-11-21 20:00:00  synced   v4       updated`,
  );
});

test('explain does not report a system that could not be read as empty', () => {
  const resource = {
    ...explanation().resource,
    class: 'unknown' as const,
    isInOms: false,
    code: 'FLUENT_500',
  };
  const { sourceVersion, ...unseen } = resource;
  const withSides = (sides: object) =>
    shown({ ...explanation(), resource: { ...unseen, ...sides, fields: [], all: [] } });
  const neither = withSides({ unavailable: { source: 'HANDLER_UNREACHABLE', oms: 'HANDLER_UNREACHABLE' } });
  expect(neither).toContain('commercetools  unknown, could not be read (HANDLER_UNREACHABLE)\n');
  expect(neither).toContain('Fluent         unknown, could not be read (HANDLER_UNREACHABLE)\n');
  expect(neither).not.toContain('does not exist');
  const one = withSides({ sourceVersion, unavailable: { oms: 'FLUENT_500' } });
  expect(one).toContain('commercetools  version 4\n');
  expect(one).toContain('Fluent         unknown, could not be read (FLUENT_500)\n');
});

test('explain names the anonymised record of an erasure, the failure and a single attempt', () => {
  const row = { version: 4, status: 'deleted', isErased: true, isSkipped: false, isLinked: false } as const;
  const waiting = { code: 'FLUENT_503', receives: 1, until: NOW };
  const failure = { code: 'C0141E', field: 'firstName', version: 4, remedy: 'Shorten it.' };
  const text = shown({ ...explanation(), record: { ...row, waiting, failure } });
  expect(text).toContain('failed         C0141E in firstName at version 4. Shorten it.');
  expect(text).toContain('Fluent         exists, anonymised, username');
  expect(text).toContain('FLUENT_503 after 1 attempt, next attempt');
});

test('explain shows a value that only one system has', () => {
  const resource = { ...explanation().resource, isInOms: false, fields: [] };
  const all = [{ field: 'lastName', source: 'D***', oms: null }];
  const text = shown({ ...explanation(), resource: { ...resource, all } });
  expect(text).toContain('lastName  D***           -');
});

describe('values of other systems cannot move the cursor', () => {
  test('control characters are escaped', () => {
    expect(plainText('Jane\u001b[2J\u0007 \u202eeoD\u009b')).toBe('Jane\\u001b[2J\\u0007 \\u202eeoD\\u009b');
  });
  test('a line feed does not add a line to a table', () => {
    const evil = {
      ...explanation(),
      recent: [{ at: NOW, outcome: 'synced', version: 1, reason: 'x\nok  all well' }],
    };
    expect(shown(evil)).toContain('x\\nok  all well');
  });
});
