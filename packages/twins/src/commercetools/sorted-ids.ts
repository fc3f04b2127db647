/** Up to this many ids are inserted one by one; more are cheaper to sort together. */
const fewAdded = 100;

/** Distinct ids in ascending order; new ids are sorted in at the next read. */
export class SortedIds {
  #sorted: string[] = [];
  #added: string[] = [];

  add(id: string): void {
    this.#added.push(id);
  }

  delete(id: string): void {
    this.#sortAdded();
    const place = firstGreater(this.#sorted, id) - 1;
    if (this.#sorted[place] === id) this.#sorted.splice(place, 1);
  }

  clear(): void {
    this.#sorted = [];
    this.#added = [];
  }

  after(id: string | undefined, max: number): string[] {
    this.#sortAdded();
    const start = id === undefined ? 0 : firstGreater(this.#sorted, id);
    return this.#sorted.slice(start, start + max);
  }

  #sortAdded(): void {
    if (this.#added.length > fewAdded) {
      this.#sorted = this.#sorted.concat(this.#added).sort();
    } else {
      for (const id of this.#added) this.#sorted.splice(firstGreater(this.#sorted, id), 0, id);
    }
    this.#added = [];
  }
}

function firstGreater(sorted: readonly string[], value: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
