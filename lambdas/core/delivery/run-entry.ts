import * as z from 'zod/mini';

/** Position of a run entry, `<page>/<index>`: the field `entry` of an event. */
export const runEntry = z.string().check(z.regex(/^\d{1,6}\/\d{1,3}$/));

export function entryName(page: number, index: number): string {
  return `${page}/${index}`;
}

export function readEntry(entry: string): { page: number; index: number } {
  const [page, index] = entry.split('/').map(Number);
  return { page: page ?? 0, index: index ?? 0 };
}
