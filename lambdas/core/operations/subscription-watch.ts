import type { CareSettings } from '../base/care-settings.ts';
import type { Watch } from '../base/live-settings.ts';
import { isOver } from '../delivery/breaker.ts';
import { hasEnded, type Run } from '../runs/run.ts';
import type { SubscriptionHealth } from './subscription-request.ts';

/** Looks in a row without an answer after which somebody has to know. */
const BLIND_LOOKS = 3;

/** What a look brought: the health of the subscription, or the code of why there is none. */
export type Look = SubscriptionHealth | { readonly failed: string };

export function isCheckDue(
  { lastCheckAt }: Watch,
  now: number,
  { watchSeconds }: Pick<CareSettings, 'watchSeconds'>,
): boolean {
  return lastCheckAt === undefined || isOver(lastCheckAt, watchSeconds, now);
}

/**
 * The watch after a look. Every status but Healthy opens the interval in which changes may be lost, from the last time it was
 * known to be healthy: commercetools keeps some of them, but says of none for how long. A look without an answer opens and
 * closes nothing.
 */
export function afterCheck(watch: Watch, look: Look, handlers: readonly string[], now: number): Watch {
  const { detail: _of, ...before } = watch;
  if ('failed' in look) {
    const failedChecks = watch.failedChecks + 1;
    return { ...before, status: 'Unknown', detail: look.failed, failedChecks, lastCheckAt: now };
  }
  const detail = look.detail === undefined ? {} : { detail: look.detail };
  const seen = { status: look.status, ...detail, failedChecks: 0, lastCheckAt: now };
  if (look.status === 'Healthy') {
    return { ...before, ...seen, lastHealthyAt: now, ...(isOpen(watch) && { backAt: now }) };
  }
  if (isOpen(watch)) return { ...before, ...seen };
  // An interval that still waits for its repair grows; nothing of it may be forgotten.
  const lostFrom = windowToRepair(watch, handlers) ? watch.lostFrom : watch.lastHealthyAt;
  const { backAt: _backAt, runId: _runId, repairRuns: _runs, ...kept } = before;
  // Never seen healthy: then anything may be missing.
  return { ...kept, ...seen, lostFrom: lostFrom ?? 0, repaired: [] };
}

/** Has somebody to be told, at this minute? */
export function isAlarming(watch: Watch): boolean {
  return (
    isOpen(watch) ||
    watch.failedChecks >= BLIND_LOOKS ||
    watch.status === 'Unhealthy' ||
    watch.status === 'TemporaryError'
  );
}

/** The closed interval that some handlers were not repaired over yet. */
export function windowToRepair(
  { lostFrom, backAt, repaired }: Watch,
  handlers: readonly string[],
): { from: number; to: number; handlers: readonly string[] } | undefined {
  if (lostFrom === undefined || backAt === undefined) return undefined;
  const waiting = handlers.filter((handler) => !repaired.includes(handler));
  return waiting.length > 0 ? { from: lostFrom, to: backAt, handlers: waiting } : undefined;
}

export function afterRepairStart(watch: Watch, handler: string, runId: string): Watch {
  return { ...watch, runId, repairRuns: { ...watch.repairRuns, [handler]: runId } };
}

/**
 * The watch once the run of a handler has ended: `finished` has repaired the interval, and `cancelled` is an operator's word.
 * After any other end, or if nobody knows the run, the handler waits for another one. So it does after a run that began before
 * the last changes of the interval were sure to be listed: it may have seen an older version of them.
 */
export function afterRepairEnd(
  watch: Watch,
  handler: string,
  run: Pick<Run, 'status' | 'createdAt'> | undefined,
  { now, overlapSeconds }: { readonly now: number; readonly overlapSeconds: number },
): Watch {
  if (run && !hasEnded(run.status)) return watch;
  const isListedAt = (watch.backAt ?? 0) + overlapSeconds * 1_000;
  const isEarly = run?.status === 'finished' && run.createdAt < isListedAt;
  if (isEarly && now < isListedAt) return watch;
  const { [handler]: _ended, ...others } = watch.repairRuns ?? {};
  const isDone = (run?.status === 'finished' && !isEarly) || run?.status === 'cancelled';
  return { ...watch, repairRuns: others, ...(isDone && { repaired: [...watch.repaired, handler] }) };
}

function isOpen({ lostFrom, backAt }: Watch): boolean {
  return lostFrom !== undefined && backAt === undefined;
}
