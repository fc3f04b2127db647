import { dirname, normalize } from 'node:path/posix';
import { importsOf } from './imports.ts';

/** Path of a file from the project's root -> the files that it imports, by value or by type. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

export function importGraph(sources: ReadonlyMap<string, string>): ImportGraph {
  return new Map(
    [...sources].map(([file, source]) => [
      file,
      importsOf(source)
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from }) => normalize(`${dirname(file)}/${from}`)),
    ]),
  );
}

/** Every import cycle once, as the files on the way round. */
export function importCycles(graph: ImportGraph): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  function visit(file: string, path: readonly string[]): void {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push(path.slice(start));
    if (start >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  }
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}
