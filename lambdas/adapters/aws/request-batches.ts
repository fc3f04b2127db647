/** Entries and bytes that SQS and EventBridge take in one request. */
const ENTRIES = 10;
const BYTES = 1_048_576;

/** The entries in requests that SQS and EventBridge take, in order. `textsOf`: what counts as the size of an entry. */
export function requestBatches<T>(entries: readonly T[], textsOf: (entry: T) => readonly string[]): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = textsOf(entry).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const last = batches.at(-1);
    if (last && last.length < ENTRIES && bytes + size <= BYTES) {
      last.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}
