/** Part of a list that is read page by page. */
export interface Page<T> {
  readonly items: readonly T[];
  /** To be given back for the next page; absent = that was all. Opaque. */
  readonly next?: string;
}
