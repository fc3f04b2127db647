import type { QueueState } from './ports/queue-admin.ts';

/** Messages wait a moment on every queue; longer than this nobody takes them, or they fail again and again. */
const OLD_SECONDS = 900;
/** Share of the set backlog from which on it is told: while there is still time. */
const NEARLY = 0.8;

/**
 * What an operator should know of a queue that is not worked off. `backlog`: messages that one queue may hold;
 * `oldestSeconds`: absent = not known. Dead letters wait for an operator, whatever their age.
 */
export function queueWarning(
  { ready, inFlight, delayed, isDeadLetters }: QueueState,
  { backlog, oldestSeconds = 0 }: { readonly backlog: number; readonly oldestSeconds?: number | undefined },
): string | undefined {
  if (isDeadLetters) return undefined;
  const held = ready + inFlight + delayed;
  const warnings = [
    ...(held >= backlog * NEARLY
      ? [`${amount(held)} messages of ${amount(backlog)} (care.queueBacklog)`]
      : []),
    ...(held > 0 && oldestSeconds > OLD_SECONDS
      ? [`the oldest waits for ${Math.floor(oldestSeconds / 60)} min`]
      : []),
  ];
  return warnings.length === 0 ? undefined : warnings.join(', ');
}

function amount(number: number): string {
  return number.toLocaleString('en-US');
}
