import type { LogLine } from '@fluent-connector/local-aws';
import type { Change } from './scenario.ts';

export interface Latency {
  /** Changes whose outcome is in the log. */
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

interface Outcome {
  readonly version: number;
  readonly at: number;
}

/**
 * Milliseconds from commercetools' answer to the handler's first outcome for the change: the same customer, at its
 * version or a later one.
 */
export function measureLatency(changes: readonly Change[], lines: readonly Pick<LogLine, 'text'>[]): Latency {
  const outcomes = new Map<string, Outcome[]>();
  for (const { text } of lines) {
    const line = readOutcome(text);
    if (line) outcomes.set(line.id, [...(outcomes.get(line.id) ?? []), line]);
  }
  const waits = changes
    .map(({ id, version, at }) =>
      (outcomes.get(id) ?? [])
        .filter((one) => one.version >= version && one.at >= at)
        .map((one) => one.at - at),
    )
    .filter((candidates) => candidates.length > 0)
    .map((candidates) => Math.min(...candidates))
    .sort((a, b) => a - b);
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
  return { count: waits.length, p50: at(0.5), p95: at(0.95), max: waits.at(-1) ?? 0 };
}

function readOutcome(text: string): (Outcome & { id: string }) | undefined {
  try {
    const { message, service, outcome, id, version, timestamp } = JSON.parse(text);
    // An outcome before the handler says nothing about Fluent.
    if (message !== 'outcome' || service !== 'customer' || outcome === 'failed') return undefined;
    return { id, version, at: Date.parse(timestamp) };
  } catch {
    return undefined;
  }
}
