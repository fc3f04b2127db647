import { cpSync, globSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the CDK app and the bundles read, besides the packages. */
const needed = ['bin/connector.ts', 'lib/**/*', 'lambdas/**/*', 'cdk.json', 'package*.json', 'tsconfig.json'];

/**
 * The project as it is after somebody has extended it: a copy, with the files of the extension over its own. Nothing of the
 * product has to know that it can be extended so.
 */
export function makeExtendedTree(root: string, extension: string, tree: string): void {
  for (const path of globSync(needed, { cwd: root })) {
    if (!statSync(join(root, path)).isFile()) continue;
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    cpSync(join(root, path), join(tree, path));
  }
  cpSync(join(root, extension), tree, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'dir');
}
