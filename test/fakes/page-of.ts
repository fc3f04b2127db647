import type { Page } from '../../lambdas/core/base/page.ts';

/** A page in the order of the keys; the opaque key of the next one is the last key. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit, after }: { limit: number; after?: string | undefined },
): Page<T> {
  const rest = items
    .filter((item) => after === undefined || keyOf(item) > after)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { items: page, ...(last && rest.length > limit && { next: keyOf(last) }) };
}
