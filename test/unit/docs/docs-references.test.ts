import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTables } from '../../builders/markdown-tables.ts';

const pages = [...globSync('*.md'), ...globSync('docs/**/*.md')].map((page) => page.replaceAll('\\', '/'));
const read = (path: string) => readFileSync(path, 'utf8');

/** A heading as GitHub turns it into an anchor. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return true;
  if (anchor === undefined) return false;
  return ![...read(target).matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => anchorOf(heading) === anchor);
}

describe.each(pages)('%s', (page) => {
  test('links only to pages and headings that exist', () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const local = links.filter((link) => !/^https?:/.test(link));
    expect(local.filter((link) => isBroken(page, link))).toEqual([]);
  });

  test('names only source files and folders that exist', () => {
    const paths = [
      ...read(page).matchAll(/`((?:bin|cli|lib|lambdas|packages|local|bench|test|docs)\/[^`\s]*)`/g),
    ];
    const exact = paths.map(([, path = '']) => path).filter((path) => !/[<*]/.test(path));
    expect(exact.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('"Where is what" in docs/architecture.md', () => {
  const rows = readTables(read('docs/architecture.md')).find(({ header }) => header[0] === 'Question')?.rows;

  test('answers the questions that newcomers ask', () => {
    expect(rows?.length).toBeGreaterThan(15);
  });

  test.each(rows ?? [])('$Question', ({ File = '', Name = '' }) => {
    const source = read(File.replaceAll('`', ''));
    const names = [...Name.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !new RegExp(`\\b(function|const|class) ${name}\\b`).test(source))).toEqual(
      [],
    );
  });
});
