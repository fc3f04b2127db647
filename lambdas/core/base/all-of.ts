/** Like Promise.all, but waits for all calls even if one fails: a pending call would continue in the next invocation. */
export async function allOf<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
