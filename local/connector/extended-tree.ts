import { cpSync, globSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The files that the CDK app and the bundles read, besides packages. */
const needed = ['bin/connector.ts', 'lib/**/*', 'lambdas/**/*', 'cdk.json', 'package*.json', 'tsconfig.json'];

/** Copies the project to `tree` and the files of the extension over it, so that the product needs no hook for extensions. */
export function makeExtendedTree(root: string, extension: string, tree: string): void {
  for (const path of globSync(needed, { cwd: root })) {
    if (!statSync(join(root, path)).isFile()) continue;
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    cpSync(join(root, path), join(tree, path));
  }
  cpSync(join(root, extension), tree, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'dir');
}
