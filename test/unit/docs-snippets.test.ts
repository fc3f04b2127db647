import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the definition that docs/adding-a-handler.md shows is the one that runs', () => {
  const page = read('docs/adding-a-handler.md');
  const snippets = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) =>
    code.replaceAll(/^ {3}/gm, '').trim(),
  );
  expect(snippets).toHaveLength(1);
  for (const snippet of snippets) expect(read('lambdas/handlers/customer/definition.ts')).toContain(snippet);
});
