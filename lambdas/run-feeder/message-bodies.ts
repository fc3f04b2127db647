/** Messages of one SQS request. */
const BATCH = 10;
/** SQS charges a message per 64 KiB. The handler reads a larger body itself. */
const MAX_BODY_BYTES = 60 * 1_024;
/** All bodies of one batch together. */
const MAX_BATCH_BYTES = 256 * 1_024;

export function isTooLarge(body: unknown): boolean {
  return sizeOf(body) > MAX_BODY_BYTES;
}

/** Positions of the messages that carry their body. Any ten of them, also in a resend, stay below the SQS request limit of 1 MiB. */
export function withBodies(bodies: readonly unknown[]): ReadonlySet<number> {
  const carried = new Set<number>();
  let inBatch = 0;
  for (const [index, body] of bodies.entries()) {
    if (index % BATCH === 0) inBatch = 0;
    if (body === undefined) continue;
    const size = sizeOf(body);
    if (size > MAX_BODY_BYTES || inBatch + size > MAX_BATCH_BYTES) continue;
    inBatch += size;
    carried.add(index);
  }
  return carried;
}

function sizeOf(body: unknown): number {
  return Buffer.byteLength(JSON.stringify(body) ?? '');
}
