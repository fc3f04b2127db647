import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Code, code } from '../world/code.ts';
import type { Edit } from './planted-bug.ts';

const root = new URL('../../../../', import.meta.url);
const editsOf = new Map<string, readonly Edit[]>();
let isHooked = false;

/** Loads a second copy of the product with some of its text replaced. The product does not know about it. */
export async function loadWith(bug: string, edits: readonly Edit[]): Promise<Code> {
  if (edits.length === 0) return code;
  for (const edit of edits) checkEdit(bug, edit);
  hook();
  editsOf.set(bug, edits);
  const module = (await import(`../world/code.ts?bug=${bug}`)) as { code: Code };
  return module.code;
}

/** Throws unless the text exists exactly once: otherwise the edit would plant nothing, or something else. */
export function checkEdit(bug: string, { file, from }: Edit): void {
  const pieces = readFileSync(new URL(file, root), 'utf8').split(from);
  if (pieces.length !== 2)
    throw new Error(`${bug}: ${file} holds the text to replace ${pieces.length - 1} times:\n${from}`);
}

function hook(): void {
  if (isHooked) return;
  isHooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const bug = context.parentURL && new URL(context.parentURL).searchParams.get('bug');
      if (!bug || !/\/(lambdas|test\/fakes)\//.test(resolved.url)) return resolved;
      return { ...resolved, url: `${resolved.url}?bug=${bug}` };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const { searchParams, pathname } = new URL(url);
      const edits = editsOf.get(searchParams.get('bug') ?? '') ?? [];
      const mine = edits.filter(({ file }) => pathname.endsWith(`/${file}`));
      if (mine.length === 0) return loaded;
      const source = readFileSync(fileURLToPath(new URL(pathname, 'file://')), 'utf8');
      return { ...loaded, source: mine.reduce((text, { from, to }) => text.replace(from, () => to), source) };
    },
  });
}
