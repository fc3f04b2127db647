import { describe, expect, test } from 'vitest';
import { statusView } from '../../../cli/render/render-status.ts';
import { NOW } from '../recorded-shell.ts';
import { shownHandler, status } from '../sample-answers.ts';
import { laidOut, unwrapped } from './laid-out.ts';

const MINUTE = 60_000;
const shown = (...of: Parameters<typeof statusView>) => unwrapped(laidOut(statusView(...of)));

describe('status', () => {
  test('shows a healthy connector', () => {
    expect(laidOut(statusView(status(), NOW))).toBe(`Stage local, commercetools project demo

  real-time sync  on
  subscription    Healthy

Handler customer: running
  failures         none
  reconcile up to  2026-11-21 20:45:00 (15 min ago)
  last full        finished 2026-11-21 20:59:59 (1 s ago), took 59 s: 1,200 synced, 34 unchanged

Queues
  queue                          ready  in flight  delayed  oldest  warning
  -----------------------------  -----  ---------  -------  ------  ----------------------
  ingest                             0          0        0
  handler/customer               1,234         10        0  16 min  oldest message: 16 min
  handler/customer/dead-letters      2          0        0          failed messages`);
  });
  test('shows a missing permission and what to do', () => {
    const trouble = { code: 'C0020E', at: NOW - 5 * MINUTE, meaning: 'Fluent refuses a permission' };
    const text = shown(
      status({
        handlers: [shownHandler({ trouble, lastHour: { retried: 12, configurationErrors: 1 } })],
      }),
      NOW,
    );
    expect(text).toContain(
      'refused          C0020E, last 2026-11-21 20:55:00 (5 min ago): Fluent refuses a permission. The connector keeps retrying;',
    );
    expect(text).toContain('retries          12 messages retried in the last hour, 1 refused;');
  });
  test('shows stopped sync, a paused handler and a subscription that lost changes', () => {
    const text = shown(
      status({
        intake: { isIntakeEnabled: false, stoppedSince: NOW - 90 * MINUTE, stoppedBy: 'jane' },
        handlers: [
          shownHandler({
            state: 'paused',
            isConsuming: false,
            pausedSince: NOW - 5 * MINUTE,
            pausedBy: 'jane',
            mode: 'prepare',
            pending: 12,
            failures: 3,
          }),
        ],
        subscription: {
          status: 'Unhealthy',
          lastHealthyAt: NOW - 60 * MINUTE,
          lostFrom: NOW - 60 * MINUTE,
        },
        lostEvents: { received: 1_000, gaps: 2, lateArrivals: 1, repaired: 1, rate: 0.002 },
        canary: { touchedAt: NOW - MINUTE, latencyMs: 850 },
      }),
      NOW,
    );
    for (const sentence of [
      'stopped 2026-11-21 19:30:00 (1 h 30 min ago) by jane; "connector start" starts it and catches up',
      'Handler customer: paused 2026-11-21 20:55:00 (5 min ago) by jane, consuming disabled',
      'prepare: changes are recorded and sent by "connector process"',
      '12 changes, sent by "connector process"',
      '3, see "connector failures"',
      'changes may be lost from 2026-11-21 20:00:00 to now, not reconciled yet',
      '0.20 % of 1,000 notifications in 24 h (2 gaps, 1 late, 1 repaired)',
      '850 ms to Fluent, touched 2026-11-21 20:59:00 (1 min ago)',
    ]) {
      expect(text).toContain(sentence);
    }
  });
  test('shows why no change arrives when the event source has no bus', () => {
    const subscription = {
      ...{ status: 'Unhealthy', detail: 'EventSourcePending', lastHealthyAt: NOW - MINUTE },
      lostFrom: NOW - MINUTE,
    } as const;
    expect(shown(status({ subscription }), NOW)).toContain('Unhealthy (EventSourcePending), last healthy');
  });
  test('shows that the catch-up has not started yet', () => {
    const text = shown(status({ intake: { isIntakeEnabled: true, catchUpFrom: NOW - 60 * MINUTE } }), NOW);
    expect(text).toContain('on, but changes since 2026-11-21 20:00:00 are still missing');
  });
  test('shows no rate of lost events without notifications', () => {
    const lost = { received: 0, gaps: 0, lateArrivals: 0, repaired: 17, rate: 1 };
    expect(shown(status({ lostEvents: lost }), NOW)).toContain(
      'no notification in 24 h; a reconcile synced 17 customers\n',
    );
    const silent = { ...lost, repaired: 0, rate: 0 };
    expect(shown(status({ lostEvents: silent }), NOW)).toContain('no notification in 24 h\n');
  });
  test('shows an open breaker', () => {
    const handler = shownHandler({
      state: 'breaker-open',
      isConsuming: false,
      breaker: { state: 'open', since: NOW - MINUTE, code: 'FLUENT_503' },
    });
    expect(shown(status({ handlers: [handler] }), NOW)).toContain(
      'Handler customer: breaker open since 2026-11-21 20:59:00 (1 min ago) because of FLUENT_503,\nconsuming disabled',
    );
  });
});
