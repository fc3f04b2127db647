import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importCycles, importGraph } from './cycles.ts';

const projectRoot = join(import.meta.dirname, '../..');
const files = globSync('{bin,cli,lib,lambdas,packages,local,bench}/**/*.ts', {
  cwd: projectRoot,
  exclude: (path) => path.split(/[\\/]/).includes('node_modules'),
});

describe('imports between files', () => {
  it('have no cycle, neither by value nor by type', () => {
    const sources = new Map(files.map((file) => [file, readFileSync(join(projectRoot, file), 'utf8')]));
    expect(sources.size).toBeGreaterThan(400);
    expect(importCycles(importGraph(sources))).toEqual([]);
  });

  it.each([
    ['two files', { 'a.ts': "import { b } from './b.ts';", 'b.ts': "import { a } from './a.ts';" }],
    [
      'types only',
      { 'a.ts': "import type { B } from './b.ts';", 'b.ts': "import type { A } from './a.ts';" },
    ],
    [
      'three files in two folders',
      {
        'x/a.ts': "import { b } from './b.ts';",
        'x/b.ts': "export * from '../y/c.ts';",
        'y/c.ts': "const a = await import('../x/a.ts');",
      },
    ],
  ])('are reported if they form a cycle: %s', (_, sources) => {
    expect(importCycles(importGraph(new Map(Object.entries(sources))))).toEqual([Object.keys(sources)]);
  });

  it('may meet in one file', () => {
    const diamond = {
      'a.ts': "import './b.ts';\nimport './c.ts';",
      'b.ts': "import './d.ts';",
      'c.ts': "import './d.ts';",
      'd.ts': '',
    };
    expect(importCycles(importGraph(new Map(Object.entries(diamond))))).toEqual([]);
  });
});
