/** Counts what was reached: outcomes with their reasons, branches of the classifiers, failed conditions. */
export class Reach {
  readonly hits = new Map<string, number>();

  hit(what: string, times = 1): void {
    this.hits.set(what, (this.hits.get(what) ?? 0) + times);
  }
}
