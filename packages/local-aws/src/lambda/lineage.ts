import { createHash, randomBytes } from 'node:crypto';

/** Invocations in one chain after which AWS stops a function that calls itself. */
export const recursionLimit = 16;

/** Invocations per function along one chain of requests, by a short hash of the function's ARN. */
export type Lineage = ReadonlyMap<string, number>;

const keyOf = (functionArn: string): string =>
  createHash('sha256').update(functionArn).digest('hex').slice(0, 8);

/** Reads `Lineage=1:<hash>:<hops>|1:<hash>:<hops>` from an X-Ray trace header. */
export function lineageOf(traceHeader: string | undefined): Lineage {
  const text = /(?:^|;)Lineage=([^;]*)/.exec(traceHeader ?? '')?.[1] ?? '';
  const hops = new Map<string, number>();
  for (const [, key, count] of text.matchAll(/1:([0-9a-f]{8}):(\d+)/g)) if (key) hops.set(key, Number(count));
  return hops;
}

/** The lineage of a batch: the highest count of each function among its messages. */
export function mergeLineages(lineages: readonly Lineage[]): Lineage {
  const merged = new Map<string, number>();
  for (const lineage of lineages)
    for (const [key, hops] of lineage) merged.set(key, Math.max(hops, merged.get(key) ?? 0));
  return merged;
}

export const hopsOf = (lineage: Lineage, functionArn: string): number => lineage.get(keyOf(functionArn)) ?? 0;

/** The trace header for the next invocation of this function, with one more hop. */
export function nextTraceHeader(lineage: Lineage, functionArn: string): string {
  const next = new Map(lineage).set(keyOf(functionArn), hopsOf(lineage, functionArn) + 1);
  const root = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  const entries = [...next].map(([key, hops]) => `1:${key}:${hops}`).join('|');
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0;Lineage=${entries}`;
}
