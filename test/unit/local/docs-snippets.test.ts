import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('the definition that docs/adding-a-handler.md shows is the one that runs', () => {
  const page = read('docs/adding-a-handler.md');
  const snippets = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) =>
    code.replaceAll(/^ {3}/gm, '').trim(),
  );
  expect(snippets).toHaveLength(1);
  for (const snippet of snippets) expect(read('lambdas/handlers/customer/definition.ts')).toContain(snippet);
});

test('docs/demo.md names every key of the report, and no other', () => {
  const [, body = ''] =
    read('local/demo/report.ts').match(/export interface DemoReport \{\n(.*?)\n\}/s) ?? [];
  const keys = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, key]) => key);
  const documented = [...read('docs/demo.md').matchAll(/^\| (`.*?) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/\w+/g) ?? [],
  );
  expect(documented.sort()).toEqual(keys.sort());
});
