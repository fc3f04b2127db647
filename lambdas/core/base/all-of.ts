/**
 * All results, or the first error, but only when nothing is under way any more: what an invocation leaves pending would go on
 * in the next one.
 */
export async function allOf<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
