import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { queuesView } from './render-queues.ts';
import { lastRunText } from './render-run.ts';
import { counted, timeAgo, timeText } from './values.ts';
import { facts, sections, type View } from './view.ts';

type Status = OperationOutput<'status'>;
type Handler = Status['handlers'][number];

export function statusView(status: Status, now: number): View {
  return sections([
    `Stage ${status.stage}, commercetools project ${status.projectKey}`,
    facts([
      ['real-time sync', intakeText(status.intake, now)],
      ['subscription', subscriptionText(status.subscription, now)],
      ['lost events', lostText(status.lostEvents)],
      ['canary', canaryText(status.canary, now)],
    ]),
    ...status.handlers.map((handler) => handlerView(handler, now)),
    ['Queues', queuesView(status.queues)],
  ]);
}

function intakeText(
  { isIntakeEnabled, stoppedSince, stoppedBy, catchUpFrom }: Status['intake'],
  now: number,
): string {
  if (stoppedSince !== undefined) {
    return `stopped ${timeAgo(stoppedSince, now)} by ${stoppedBy ?? 'unknown'}; "connector start" starts it and catches up`;
  }
  if (catchUpFrom !== undefined) {
    return `on, but changes since ${timeText(catchUpFrom)} are still missing; the catch-up starts automatically`;
  }
  return isIntakeEnabled ? 'on' : 'off, but not stopped by an operator; it is enabled again within a minute';
}

function subscriptionText(
  { status, detail, lastHealthyAt, lostFrom, recoveredAt, runId }: Status['subscription'],
  now: number,
) {
  if (status === 'Unknown' && lastHealthyAt === undefined) return 'not checked yet';
  const why = detail === undefined || detail === status ? '' : ` (${detail})`;
  const healthy =
    status === 'Healthy' ? '' : `${why}, last healthy ${timeAgo(lastHealthyAt, now) ?? 'never'}`;
  if (lostFrom === undefined) return `${status}${healthy}`;
  const until = recoveredAt === undefined ? 'now' : timeText(recoveredAt);
  const run = runId === undefined ? 'not reconciled yet' : `reconciled by run ${runId}`;
  return `${status}${healthy}; changes may be lost from ${timeText(lostFrom)} to ${until}, ${run}`;
}

function lostText(lost: Status['lostEvents']): string | undefined {
  if (!lost) return undefined;
  // Without notifications there is no rate: a reconcile is the source, or the subscription delivers nothing.
  if (lost.received === 0) {
    return lost.repaired === 0
      ? 'no notification in 24 h'
      : `no notification in 24 h; a reconcile synced ${counted(lost.repaired, 'customer')}`;
  }
  const rate = `${(lost.rate * 100).toFixed(2)} %`;
  return `${rate} of ${counted(lost.received, 'notification')} in 24 h (${counted(lost.gaps, 'gap')}, ${lost.lateArrivals} late, ${lost.repaired} repaired)`;
}

function canaryText(canary: Status['canary'], now: number): string | undefined {
  if (!canary) return undefined;
  const latency = canary.latencyMs === undefined ? 'not in Fluent yet' : `${canary.latencyMs} ms to Fluent`;
  return `${latency}, touched ${timeAgo(canary.touchedAt, now) ?? 'never'}`;
}

/** One handler: its state, what is pending, and its latest runs. */
export function handlerView(handler: Handler, now: number): View {
  const watermarks = Object.entries(handler.watermarks).map(
    ([kind, at]) => [`${kind} up to`, timeAgo(at, now)] as const,
  );
  return [
    `Handler ${handler.handler}: ${stateText(handler, now)}`,
    facts([
      ['note', handler.note],
      [
        'mode',
        handler.mode === 'prepare'
          ? 'prepare: changes are recorded and sent by "connector process"'
          : undefined,
      ],
      [
        'recorded',
        handler.pending > 0
          ? `${counted(handler.pending, 'change')}, sent by "connector process"`
          : undefined,
      ],
      ['refused', refusedText(handler, now)],
      ['retries', retriesText(handler)],
      ['failures', handler.failures > 0 ? `${handler.failures}, see "connector failures"` : 'none'],
      ...watermarks,
      ...handler.lastRuns.map(
        (run) =>
          [`${run.endedAt === undefined ? 'current' : 'last'} ${run.mode}`, lastRunText(run, now)] as const,
      ),
    ]),
  ];
}

/** Why nothing is written although no customer fails. */
function refusedText({ trouble }: Handler, now: number): string | undefined {
  if (!trouble) return undefined;
  const meaning = trouble.meaning ?? 'a credential, a permission or a setting is refused';
  return `${trouble.code}, last ${timeAgo(trouble.at, now)}: ${meaning}. The connector keeps retrying; "connector doctor" checks whether it still happens`;
}

function retriesText({ lastHour }: Handler): string | undefined {
  if (!lastHour || lastHour.retried === 0) return undefined;
  const refused = lastHour.configurationErrors;
  return `${counted(lastHour.retried, 'message')} retried in the last hour${refused > 0 ? `, ${refused} refused` : ''}; "connector tail --failed" shows why`;
}

export function stateText(handler: Handler, now: number): string {
  const consuming = handler.isConsuming ? '' : ', consuming disabled';
  if (handler.state === 'paused') {
    return `paused ${timeAgo(handler.pausedSince, now) ?? ''} by ${handler.pausedBy ?? 'unknown'}${consuming}`;
  }
  if (handler.breaker) {
    const { since, code } = handler.breaker;
    return `${handler.state.replace('-', ' ')} since ${timeAgo(since, now)} because of ${code}${consuming}`;
  }
  return handler.isConsuming
    ? handler.state
    : `${handler.state}${consuming}; it is enabled again within a minute`;
}
