import type { Invocation, Step, World } from './world.ts';

const LISTS_AT = 10;
const END = 0xffff;

/** A world as a short string; equal worlds give equal strings. Each number must fit into its bits here. */
export function encode(world: World): string {
  const { first, second } = world;
  return String.fromCharCode(
    world.version | (world.deletion << 3) | (world.oms << 5) | (world.late << 10),
    world.duplicates |
      (world.crashes << 3) |
      (world.lateWrites << 6) |
      (world.staleReads << 8) |
      (world.runs << 10) |
      (world.deadLettered << 12),
    world.mapperVersion | (world.lostCommit << 2) | (world.completed << 3) | (world.visibilityEnded << 6),
    world.row,
    stateOf(first),
    groupOf(first),
    first.row,
    stateOf(second),
    groupOf(second),
    second.row,
    ...world.transit,
    END,
    ...world.queue,
    END,
    ...world.deadLetters,
  );
}

function stateOf({ step, version, mapperVersion, isSoft, excuse }: Invocation): number {
  return step | (version << 4) | (mapperVersion << 7) | (isSoft << 9) | (excuse << 10);
}

function groupOf({ event, receives, fewestReceives }: Invocation): number {
  return event | (receives << 7) | (fewestReceives << 9);
}

export function decode(code: string): World {
  const at = (index: number) => code.charCodeAt(index);
  const transitEnd = code.indexOf(String.fromCharCode(END), LISTS_AT);
  const queueEnd = code.indexOf(String.fromCharCode(END), transitEnd + 1);
  const [a, b, c] = [at(0), at(1), at(2)];
  return {
    version: a & 7,
    deletion: (a >> 3) & 3,
    oms: (a >> 5) & 31,
    late: (a >> 10) & 31,
    duplicates: b & 7,
    crashes: (b >> 3) & 7,
    lateWrites: (b >> 6) & 3,
    staleReads: (b >> 8) & 3,
    runs: (b >> 10) & 3,
    deadLettered: (b >> 12) & 3,
    mapperVersion: c & 3,
    lostCommit: (c >> 2) & 1,
    completed: (c >> 3) & 7,
    visibilityEnded: (c >> 6) & 1,
    row: at(3),
    first: invocation(at(4), at(5), at(6)),
    second: invocation(at(7), at(8), at(9)),
    transit: list(code, LISTS_AT, transitEnd),
    queue: list(code, transitEnd + 1, queueEnd),
    deadLetters: list(code, queueEnd + 1, code.length),
  };
}

function invocation(state: number, group: number, row: number): Invocation {
  return {
    step: (state & 15) as Step,
    version: (state >> 4) & 7,
    mapperVersion: (state >> 7) & 3,
    isSoft: (state >> 9) & 1,
    excuse: state >> 10,
    event: group & 127,
    receives: (group >> 7) & 3,
    fewestReceives: group >> 9,
    row,
  };
}

function list(code: string, from: number, to: number): number[] {
  const numbers: number[] = [];
  for (let index = from; index < to; index++) numbers.push(code.charCodeAt(index));
  return numbers;
}
