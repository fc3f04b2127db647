import type { QueueState } from './ports/queue-admin.ts';

/** Older messages are not being consumed, or they fail again and again. */
const OLD_SECONDS = 900;
/** Share of the configured backlog that raises the warning. */
const NEARLY_FULL = 0.8;

/**
 * The warning about a queue that is not drained fast enough. `backlog`: messages that one queue may hold;
 * `oldestSeconds`: absent = unknown. Dead letters get no warning: they wait for an operator anyway.
 */
export function queueWarning(
  { ready, inFlight, delayed, isDeadLetters }: QueueState,
  { backlog, oldestSeconds = 0 }: { readonly backlog: number; readonly oldestSeconds?: number | undefined },
): string | undefined {
  if (isDeadLetters) return undefined;
  const held = ready + inFlight + delayed;
  const warnings = [
    ...(held >= backlog * NEARLY_FULL
      ? [`${amount(held)} messages of ${amount(backlog)} (care.queueBacklog)`]
      : []),
    ...(held > 0 && oldestSeconds > OLD_SECONDS
      ? [`oldest message: ${Math.floor(oldestSeconds / 60)} min`]
      : []),
  ];
  return warnings.length === 0 ? undefined : warnings.join(', ');
}

function amount(number: number): string {
  return number.toLocaleString('en-US');
}
