/** Messages of one request to a queue. */
const BATCH = 10;
/** A message is charged by 64 KiB; a larger body is left to the handler to read. */
const LARGEST_BODY = 60 * 1_024;
/** Bodies of one batch together. */
const LARGEST_BATCH = 256 * 1_024;

export function isTooLarge(body: unknown): boolean {
  return sizeOf(body) > LARGEST_BODY;
}

/**
 * Which messages may carry their body: positions. Whatever part of them is sent again later, ten of these stay below what SQS takes
 * in a request (1 MiB).
 */
export function withBodies(bodies: readonly unknown[]): ReadonlySet<number> {
  const carried = new Set<number>();
  let inBatch = 0;
  for (const [index, body] of bodies.entries()) {
    if (index % BATCH === 0) inBatch = 0;
    if (body === undefined) continue;
    const size = sizeOf(body);
    if (size > LARGEST_BODY || inBatch + size > LARGEST_BATCH) continue;
    inBatch += size;
    carried.add(index);
  }
  return carried;
}

function sizeOf(body: unknown): number {
  return Buffer.byteLength(JSON.stringify(body) ?? '');
}
