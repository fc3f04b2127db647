import { describe, expect, test } from 'vitest';
import { failedCustomersView, failureGroupsView } from '../../../cli/render/render-failures.ts';
import { recordsView } from '../../../cli/render/render-records.ts';
import { schedulesView } from '../../../cli/render/render-schedules.ts';
import { subscriptionView } from '../../../cli/render/render-subscription.ts';
import { dollars, durationText, timeAgo } from '../../../cli/render/values.ts';
import { NOW } from '../recorded-shell.ts';
import { CUSTOMER } from '../sample-answers.ts';
import { laidOut } from './laid-out.ts';

const MINUTE = 60_000;

test('records shows both lists, or only the requested one', () => {
  const recorded = [{ id: CUSTOMER, since: NOW - 5 * MINUTE, version: 7, kind: 'DELETE' }];
  expect(laidOut(recordsView({ skipped: [], recorded }, NOW))).toBe(`No customer is excluded.

1 customer recorded in Prepare mode: "connector process" sends the changes.
  customer                              version  kind    since
  ------------------------------------  -------  ------  -------------------------------
  ${CUSTOMER}        7  DELETE  2026-11-21 20:55:00 (5 min ago)`);
  expect(laidOut(recordsView({ skipped: [{ id: CUSTOMER, since: NOW }] }, NOW))).toMatch(
    /^1 customer excluded: changes are skipped/,
  );
});

describe('failures', () => {
  const group = {
    group: 'INVALID:email',
    class: 'customer',
    code: 'INVALID:email',
    count: 12,
    firstSeen: NOW - 60 * MINUTE,
    lastSeen: NOW,
    exampleId: CUSTOMER,
    remedy: 'Correct it.',
  };
  test('are grouped, with a remedy for each group', () => {
    expect(
      laidOut(failureGroupsView([group]), 120),
    ).toBe(`  group          count  first seen        last seen         example
  -------------  -----  ----------------  ----------------  ------------------------------------
  INVALID:email     12  2026-11-21 20:00  2026-11-21 21:00  ${CUSTOMER}

How to fix:
  INVALID:email: Correct it.
  Then: connector retry --group GROUP --preview`);
    expect(failureGroupsView([])).toBe('No failures.');
  });
  test('of a group are listed by customer', () => {
    const item = {
      id: CUSTOMER,
      code: 'C0141E',
      version: 4,
      kind: 'UPSERT',
      firstSeen: NOW,
      lastSeen: NOW,
      times: 2,
      traceId: 't-1',
    };
    expect(laidOut(failedCustomersView([item]))).toContain(
      `${CUSTOMER}        4  UPSERT      2  2026-11-21 21:00  C0141E`,
    );
  });
});

test('schedules show their state and their last problem', () => {
  const base = { handler: 'customer', everyMinutes: 15 };
  expect(
    laidOut(
      schedulesView([
        {
          ...base,
          name: 'reconcile',
          enabled: true,
          nextAt: NOW,
          lastAt: NOW - 15 * MINUTE,
          lastProblem: 'RUN_BUSY',
        },
        { ...base, name: 'sweep', enabled: false, everyMinutes: 10_080 },
      ]),
    ),
  ).toBe(`  schedule   handler   state  every   next              last              problem
  ---------  --------  -----  ------  ----------------  ----------------  --------
  reconcile  customer  on     15 min  2026-11-21 21:00  2026-11-21 20:45  RUN_BUSY
  sweep      customer  off    7 d`);
});

test('a missing subscription comes with the steps that help', () => {
  expect(laidOut(subscriptionView({ exists: false, key: 'sub-1', resourceTypes: [] }))).toContain(
    'Deploy with another commercetools.subscriptionKey',
  );
});

test('times, durations and amounts are easy to read', () => {
  expect([20_000, 90_000, 5 * 3_600_000 + 20 * MINUTE, 51 * 3_600_000, 3_600_000].map(durationText)).toEqual([
    '20 s',
    '2 min',
    '5 h 20 min',
    '2 d 3 h',
    '1 h',
  ]);
  expect(timeAgo(NOW + 30_000, NOW)).toBe('2026-11-21 21:00:30 (in 30 s)');
  expect([0, 0.00123, 1.005, 1_234].map(dollars)).toEqual(['$0', '$0.0012', '$1.00', '$1234.00']);
});
