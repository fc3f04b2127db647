/** Counts what was reached: exits with their reasons, branches of the classifiers, conditions that failed. */
export class Reach {
  readonly hits = new Map<string, number>();

  hit(what: string, times = 1): void {
    this.hits.set(what, (this.hits.get(what) ?? 0) + times);
  }
}
