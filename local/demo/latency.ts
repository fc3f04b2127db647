import type { LogLine } from '@fluent-connector/local-aws';
import type { Change } from './scenario.ts';

export interface Latency {
  /** Changes whose end is in the log. */
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

interface End {
  readonly version: number;
  readonly at: number;
}

/**
 * Milliseconds from commercetools' answer to the first outcome of the handler that covers the change: the same
 * customer, at its version or a later one.
 */
export function measureLatency(changes: readonly Change[], lines: readonly Pick<LogLine, 'text'>[]): Latency {
  const ends = new Map<string, End[]>();
  for (const { text } of lines) {
    const line = readOutcome(text);
    if (line) ends.set(line.id, [...(ends.get(line.id) ?? []), line]);
  }
  const waits = changes
    .map(({ id, version, at }) =>
      (ends.get(id) ?? []).filter((end) => end.version >= version && end.at >= at).map((end) => end.at - at),
    )
    .filter((candidates) => candidates.length > 0)
    .map((candidates) => Math.min(...candidates))
    .sort((a, b) => a - b);
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
  return { count: waits.length, p50: at(0.5), p95: at(0.95), max: waits.at(-1) ?? 0 };
}

function readOutcome(text: string): (End & { id: string }) | undefined {
  try {
    const { message, service, outcome, id, version, timestamp } = JSON.parse(text);
    // An end in front of the handler says nothing about Fluent.
    if (message !== 'outcome' || service !== 'customer' || outcome === 'failed') return undefined;
    return { id, version, at: Date.parse(timestamp) };
  } catch {
    return undefined;
  }
}
