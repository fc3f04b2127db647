import { Edges } from './edges.ts';
import { environmentSteps } from './environment.ts';
import { nextSteps } from './handler.ts';
import { differenceAtRest, isAtRest } from './invariants.ts';
import type { Model, Transition } from './model.ts';
import { receptions } from './receive.ts';
import { start } from './world.ts';
import { decode, encode } from './world-code.ts';

export interface SearchOptions {
  /** Checks only the OMS at rest, not the invariants on the way. */
  readonly onlyAtRest?: boolean;
  /** Also proves that every world can reach a world at rest. Costs about 16 bytes per transition. */
  readonly provesProgress?: boolean;
  /** Throws beyond this many worlds. */
  readonly limit?: number;
  readonly onProgress?: (states: number, depth: number) => void;
}

export interface Finding {
  readonly states: number;
  /** Length of the longest shortest path to a world. */
  readonly depth: number;
  /** The first broken property; undefined = SAFE within the bounds. */
  readonly breach?: string;
  /** The shortest path to it, one line per transition. */
  readonly trace: readonly string[];
}

const LIMIT = 12_000_000;
const PROGRESS_EVERY = 50_000;

/** Breadth-first search of every reachable world, so the first breach has a shortest trace. */
export function search(model: Model, options: SearchOptions = {}): Finding {
  const codes = [encode(start)];
  const seen = new Map([[codes[0] ?? '', 0]]);
  const parents = [-1];
  const edges = options.provesProgress ? new Edges() : undefined;
  const resting: number[] = [];
  let depth = 0;
  let endOfDepth = 1;

  const found = (breach: string, at: number, last?: string): Finding => ({
    states: codes.length,
    depth,
    breach,
    trace: [...traceTo(model, codes, parents, at), ...(last === undefined ? [] : [last])],
  });

  for (let at = 0; at < codes.length; at++) {
    if (at === endOfDepth) {
      depth++;
      endOfDepth = codes.length;
    }
    if (at % PROGRESS_EVERY === 0) options.onProgress?.(codes.length, depth);
    const world = decode(codes[at] ?? '');
    const atRest = isAtRest(world);
    if (atRest) resting.push(at);
    const difference = atRest ? differenceAtRest(model, world) : undefined;
    if (difference !== undefined) return found(difference, at);
    for (const { label, world: next, breach } of successors(model, world)) {
      if (breach !== undefined && !options.onlyAtRest) return found(breach, at, label);
      const code = encode(next);
      let to = seen.get(code);
      if (to === undefined) {
        to = codes.push(code) - 1;
        seen.set(code, to);
        parents.push(at);
      }
      edges?.add(at, to);
    }
    if (codes.length > (options.limit ?? LIMIT)) throw new RangeError(`more than ${codes.length} worlds`);
  }
  const stuck = edges?.cannotReach(resting, codes.length);
  if (stuck !== undefined) return found('stuck: no world at rest can be reached', stuck);
  return { states: codes.length, depth, trace: [] };
}

function successors(model: Model, world: ReturnType<typeof decode>): Transition[] {
  return [
    ...environmentSteps(model, world),
    ...receptions(model, world),
    ...nextSteps(model, world, 'first'),
    ...nextSteps(model, world, 'second'),
  ];
}

/** Labels are not stored during the search; each is found again from the two worlds that it connects. */
function traceTo(model: Model, codes: readonly string[], parents: readonly number[], last: number): string[] {
  const path: number[] = [];
  for (let at = last; at > 0; at = parents[at] ?? -1) path.unshift(at);
  return path.map((at) => {
    const from = decode(codes[parents[at] ?? 0] ?? '');
    const taken = successors(model, from).find(({ world }) => encode(world) === codes[at]);
    return taken?.label ?? '?';
  });
}
