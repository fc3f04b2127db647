import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { queuesText } from './render-queues.ts';
import { lastRunText } from './render-run.ts';
import { factList } from './text-table.ts';
import { counted, timeAgo, timeText } from './values.ts';

type Status = OperationOutput<'status'>;
type Handler = Status['handlers'][number];

/** Everything at one sight: intake, handlers, subscription, queues. */
export function statusView(status: Status, now: number): string {
  return [
    `Stage ${status.stage}, commercetools project ${status.projectKey}`,
    factList([
      ['real-time sync', intakeText(status.intake, now)],
      ['subscription', subscriptionText(status.subscription, now)],
      ['lost events', lostText(status.lostEvents)],
      ['canary', canaryText(status.canary, now)],
    ]),
    ...status.handlers.map((handler) => handlerView(handler, now)),
    `Queues\n${queuesText(status.queues)}`,
  ].join('\n\n');
}

function intakeText(
  { isIntakeEnabled, stoppedSince, stoppedBy, catchUpFrom }: Status['intake'],
  now: number,
): string {
  if (stoppedSince !== undefined) {
    return `stopped ${timeAgo(stoppedSince, now)} by ${stoppedBy ?? 'unknown'}; "connector start" catches up`;
  }
  if (catchUpFrom !== undefined) {
    return `on, but what happened since ${timeText(catchUpFrom)} is not caught up yet; that begins by itself`;
  }
  return isIntakeEnabled ? 'on' : 'off, although nobody stopped it: it is switched on within a minute';
}

function subscriptionText(
  { status, detail, lastHealthyAt, lostFrom, recoveredAt, runId }: Status['subscription'],
  now: number,
) {
  if (status === 'Unknown' && lastHealthyAt === undefined) return 'nobody looked yet';
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
  // A rate of nothing says nothing: the source is a reconcile then, or the subscription is silent.
  if (lost.received === 0) {
    return lost.repaired === 0
      ? 'no notification in 24 h'
      : `no notification in 24 h; a reconcile brought ${counted(lost.repaired, 'customer')}`;
  }
  const rate = `${(lost.rate * 100).toFixed(2)} %`;
  return `${rate} of ${counted(lost.received, 'notification')} in 24 h (${counted(lost.gaps, 'gap')}, ${lost.lateArrivals} came late, ${lost.repaired} repaired)`;
}

function canaryText(canary: Status['canary'], now: number): string | undefined {
  if (!canary) return undefined;
  const latency = canary.latencyMs === undefined ? 'not seen yet' : `${canary.latencyMs} ms to Fluent`;
  return `${latency}, touched ${timeAgo(canary.touchedAt, now) ?? 'never'}`;
}

/** One handler: its switches, what waits, its last runs. */
export function handlerView(handler: Handler, now: number): string {
  const marks = Object.entries(handler.watermarks).map(
    ([kind, at]) => [`${kind} up to`, timeAgo(at, now)] as const,
  );
  return [
    `Handler ${handler.handler}: ${stateText(handler, now)}`,
    factList([
      ['note', handler.note],
      [
        'mode',
        handler.mode === 'prepare'
          ? 'prepare: records changes, sends nothing until "connector process"'
          : undefined,
      ],
      [
        'recorded',
        handler.pending > 0 ? `${counted(handler.pending, 'change')}, until "connector process"` : undefined,
      ],
      ['refused', refusedText(handler, now)],
      ['retried', retriedText(handler)],
      ['failures', handler.failures > 0 ? `${handler.failures}, see "connector failures"` : 'none'],
      ...marks,
      ...handler.lastRuns.map(
        (run) =>
          [`${run.endedAt === undefined ? 'present' : 'last'} ${run.mode}`, lastRunText(run, now)] as const,
      ),
    ]),
  ].join('\n');
}

/** No customer fails because of it, and yet nothing gets done. */
function refusedText({ trouble }: Handler, now: number): string | undefined {
  if (!trouble) return undefined;
  const meaning = trouble.meaning ?? 'a credential, a permission or a setting is refused';
  return `${trouble.code}, last ${timeAgo(trouble.at, now)}: ${meaning}. It is tried again and again; "connector doctor" says whether it still is`;
}

function retriedText({ lastHour }: Handler): string | undefined {
  if (!lastHour || lastHour.retried === 0) return undefined;
  const refused = lastHour.configurationErrors;
  return `${counted(lastHour.retried, 'message')} came back in the last hour${refused > 0 ? `, refused ${refused === 1 ? 'once' : `${refused} times`}` : ''}; "connector tail --failed" says why`;
}

export function stateText(handler: Handler, now: number): string {
  const taking = handler.isConsuming ? '' : ', takes nothing from its queue';
  if (handler.state === 'paused') {
    return `paused ${timeAgo(handler.pausedSince, now) ?? ''} by ${handler.pausedBy ?? 'unknown'}${taking}`;
  }
  if (handler.breaker) {
    const { since, code } = handler.breaker;
    return `${handler.state.replace('-', ' ')} since ${timeAgo(since, now)} because of ${code}${taking}`;
  }
  return handler.isConsuming ? handler.state : `${handler.state}${taking}; it is switched on within a minute`;
}
