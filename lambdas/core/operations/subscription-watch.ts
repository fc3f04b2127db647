import type { CareSettings } from '../base/care-settings.ts';
import type { Watch } from '../base/live-settings.ts';
import { isOver } from '../delivery/breaker.ts';
import { hasEnded, type Run } from '../runs/run.ts';
import type { SubscriptionHealth } from './subscription-request.ts';

/** After this many checks without an answer the alarm is raised. */
const MAX_FAILED_CHECKS = 3;

/** The health of the subscription, or the code of why it could not be read. */
export type HealthCheck = SubscriptionHealth | { readonly failed: string };

export function isCheckDue(
  { lastCheckAt }: Watch,
  now: number,
  { watchSeconds }: Pick<CareSettings, 'watchSeconds'>,
): boolean {
  return lastCheckAt === undefined || isOver(lastCheckAt, watchSeconds, now);
}

/**
 * The watch after a check. Every status but Healthy opens the interval in which changes may be lost. It
 * begins at the last healthy check, because commercetools does not promise how long it keeps undelivered
 * changes. A failed check opens and closes nothing.
 */
export function afterCheck(
  watch: Watch,
  check: HealthCheck,
  { handlers, now }: { readonly handlers: readonly string[]; readonly now: number },
): Watch {
  const { detail: _of, ...before } = watch;
  if ('failed' in check) {
    const failedChecks = watch.failedChecks + 1;
    return { ...before, status: 'Unknown', detail: check.failed, failedChecks, lastCheckAt: now };
  }
  const { status, detail } = check;
  const seen = { status, ...(detail !== undefined && { detail }), failedChecks: 0, lastCheckAt: now };
  if (status === 'Healthy') {
    return { ...before, ...seen, lastHealthyAt: now, ...(isOpen(watch) && { recoveredAt: now }) };
  }
  if (isOpen(watch)) return { ...before, ...seen };
  // An interval that is not repaired yet grows: its beginning must not be lost.
  const lostFrom = windowToRepair(watch, handlers) ? watch.lostFrom : watch.lastHealthyAt;
  const { recoveredAt: _recoveredAt, runId: _runId, repairRuns: _runs, ...kept } = before;
  // Without a healthy check any change may be lost.
  return { ...kept, ...seen, lostFrom: lostFrom ?? 0, repaired: [] };
}

/** Should the alarm be raised in this minute? */
export function isAlarming(watch: Watch): boolean {
  return (
    isOpen(watch) ||
    watch.failedChecks >= MAX_FAILED_CHECKS ||
    watch.status === 'Unhealthy' ||
    watch.status === 'TemporaryError'
  );
}

/** The closed interval, and the handlers that have not reconciled it yet. */
export function windowToRepair(
  { lostFrom, recoveredAt, repaired }: Watch,
  handlers: readonly string[],
): { from: number; to: number; handlers: readonly string[] } | undefined {
  if (lostFrom === undefined || recoveredAt === undefined) return undefined;
  const waiting = handlers.filter((handler) => !repaired.includes(handler));
  return waiting.length > 0 ? { from: lostFrom, to: recoveredAt, handlers: waiting } : undefined;
}

export function afterRepairStart(watch: Watch, handler: string, runId: string): Watch {
  return { ...watch, runId, repairRuns: { ...watch.repairRuns, [handler]: runId } };
}

export interface RepairEnd {
  /** undefined = it does not exist. */
  readonly run: Pick<Run, 'status' | 'createdAt'> | undefined;
  readonly now: number;
  readonly overlapSeconds: number;
}

/**
 * The watch after the run of a handler: `finished` has repaired the interval, and `cancelled` is the decision
 * of an operator. After any other result the handler needs another run. It also does if the run began so
 * early that commercetools may have listed an older version of the last changes.
 */
export function afterRepairEnd(
  watch: Watch,
  handler: string,
  { run, now, overlapSeconds }: RepairEnd,
): Watch {
  if (run && !hasEnded(run.status)) return watch;
  const isListedAt = (watch.recoveredAt ?? 0) + overlapSeconds * 1_000;
  const isEarly = run?.status === 'finished' && run.createdAt < isListedAt;
  if (isEarly && now < isListedAt) return watch;
  const { [handler]: _ended, ...others } = watch.repairRuns ?? {};
  const isDone = (run?.status === 'finished' && !isEarly) || run?.status === 'cancelled';
  return { ...watch, repairRuns: others, ...(isDone && { repaired: [...watch.repaired, handler] }) };
}

function isOpen({ lostFrom, recoveredAt }: Watch): boolean {
  return lostFrom !== undefined && recoveredAt === undefined;
}
