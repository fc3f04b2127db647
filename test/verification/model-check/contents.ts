/**
 * The OMS's copy of the customer as a number: nothing, overwritten by a plain delete, overwritten by an erasure, or
 * written from a source version by a mapper version (1 or 2).
 */
export type Content = number;

export const nothing: Content = 0;
export const anonymised: Content = 1;
export const erased: Content = 2;

export const written = (version: number, mapperVersion: number): Content =>
  4 + (version << 1) + (mapperVersion - 1);
export const isWritten = (content: Content): boolean => content >= 4;
export const writtenVersion = (content: Content): number => (content - 4) >> 1;
export const writtenMapper = (content: Content): number => ((content - 4) & 1) + 1;

/** Versions with equal letters have equal content: 'ABA' is a change that is reverted. */
export function letterOf(contents: string, version: number): string {
  return contents[version - 1] ?? '?';
}

/** The hash that the real code would compute: by content and mapper, not by version. */
export function hashOf(contents: string, version: number, mapperVersion: number): string {
  return `${letterOf(contents, version)}${mapperVersion}`;
}

export function describeContent(content: Content): string {
  if (content === nothing) return 'nothing';
  if (content === anonymised) return 'anonymised';
  return content === erased ? 'erased' : `v${writtenVersion(content)}`;
}
