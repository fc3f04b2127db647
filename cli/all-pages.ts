/** Reads a list page by page until its end. */
export async function allPages<P extends { readonly next?: string | undefined }, T>(
  read: (cursor: string | undefined) => Promise<P>,
  itemsOf: (page: P) => readonly T[],
): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    items.push(...itemsOf(page));
    if (page.next === undefined) return items;
    cursor = page.next;
  }
}
