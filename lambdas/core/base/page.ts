/** Part of a list that is read page by page. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it as `after` to get the next page; absent = last page. Opaque. */
  readonly next?: string;
}
