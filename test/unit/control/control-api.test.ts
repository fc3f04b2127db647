import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importsOf } from '../../architecture/imports.ts';

/** Everything that a file imports, through all files of the project. */
function reachedFrom(files: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const { from } of importsOf(readFileSync(file, 'utf8'))) {
      const target = from.startsWith('.') ? new URL(from, `file:///${file}`).pathname.slice(1) : from;
      if (from.startsWith('.') && !reached.has(target)) waiting.push(target);
      reached.add(target);
    }
  }
  return reached;
}

test('the API of the control function runs in a browser: it needs only zod and pure core files', () => {
  const api = globSync('lambdas/control/api/*.ts');
  expect(api).toContain('lambdas/control/api/control-api.ts');
  const others = [...reachedFrom(api)].filter(
    (target) => !/^(lambdas\/(control\/api|core)\/.+\.ts|zod\/mini)$/.test(target),
  );
  expect(others).toEqual([]);
});
