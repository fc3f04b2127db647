/** The transitions of a search, stored as two growing columns. */
export class Edges {
  #from = new Int32Array(1 << 16);
  #to = new Int32Array(1 << 16);
  #count = 0;

  add(from: number, to: number): void {
    if (this.#count === this.#from.length) {
      this.#from = grown(this.#from);
      this.#to = grown(this.#to);
    }
    this.#from[this.#count] = from;
    this.#to[this.#count++] = to;
  }

  /** The first of `nodes` nodes that cannot reach any goal; undefined if all can. */
  cannotReach(goals: readonly number[], nodes: number): number | undefined {
    const { starts, sources } = this.#backwards(nodes);
    const reaches = new Uint8Array(nodes);
    const waiting = [...goals];
    for (const goal of goals) reaches[goal] = 1;
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (let edge = starts[node] ?? 0; edge < (starts[node + 1] ?? 0); edge++) {
        const source = sources[edge] ?? 0;
        if (reaches[source] === 1) continue;
        reaches[source] = 1;
        waiting.push(source);
      }
    }
    const lost = reaches.indexOf(0);
    return lost === -1 ? undefined : lost;
  }

  /** For each node, the nodes with a transition to it. */
  #backwards(nodes: number): { starts: Int32Array; sources: Int32Array } {
    const starts = new Int32Array(nodes + 1);
    const at = (index: number) => this.#to[index] ?? 0;
    for (let index = 0; index < this.#count; index++)
      starts[at(index) + 1] = (starts[at(index) + 1] ?? 0) + 1;
    for (let node = 0; node < nodes; node++) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
    const sources = new Int32Array(this.#count);
    const next = starts.slice();
    for (let index = 0; index < this.#count; index++) {
      const slot = next[at(index)] ?? 0;
      sources[slot] = this.#from[index] ?? 0;
      next[at(index)] = slot + 1;
    }
    return { starts, sources };
  }
}

function grown(column: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
