import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeExtendedTree } from './extended-tree.ts';

const root = join(import.meta.dirname, '../..');
const assemblies = join(root, '.local/cdk');

/** The files that the template and the bundles are made from. */
const sources = ['bin/connector.ts', 'lib/**/*.ts', 'lambdas/**/*.ts', 'cdk.json', 'package-lock.json'];

/** Assemblies unused for this long are deleted, in milliseconds: longer than a connector usually runs. */
const KEPT_MS = 86_400_000;

/**
 * Synthesizes a stage by running the CDK app itself, with the context of cdk.json: the same template that `cdk deploy`
 * would send. Cached in `.local/cdk/<stage>-<hash>`, one folder per state of the sources and the context, so a connector
 * that runs keeps its bundles when the sources change.
 *
 * @param extension folder, relative to the project, whose files replace or extend the project's.
 * @returns the folder of the cloud assembly.
 */
export async function synthesize(stage: string, context: object = {}, extension?: string): Promise<string> {
  const hash = hashOf(stage, context, extension);
  const folder = join(assemblies, `${stage}-${hash}`);
  if (!existsSync(folder)) {
    // Written under another name and then renamed: a folder of that name is complete.
    const fresh = `${folder}.${randomUUID()}`;
    const tree = `${fresh}.tree`;
    try {
      if (extension !== undefined) makeExtendedTree(root, extension, tree);
      await runApp(extension === undefined ? root : tree, fresh, { ...context, stage });
      rename(fresh, folder);
    } finally {
      for (const made of [fresh, tree]) rmSync(made, { recursive: true, force: true });
    }
  }
  utimesSync(folder, new Date(), new Date());
  dropOldAssemblies();
  return folder;
}

function rename(fresh: string, folder: string): void {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another process was faster, with the same sources.
    if (!existsSync(folder)) throw error;
  }
}

function dropOldAssemblies(): void {
  for (const name of readdirSync(assemblies)) {
    const folder = join(assemblies, name);
    const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs !== undefined && Date.now() - mtimeMs > KEPT_MS)
      rmSync(folder, { recursive: true, force: true });
  }
}

function hashOf(stage: string, context: object, extension: string | undefined): string {
  const hash = createHash('sha256').update(JSON.stringify([stage, context, extension]));
  const read = extension === undefined ? sources : [...sources, `${extension}/**/*`];
  for (const path of globSync(read, { cwd: root }).sort()) {
    if (statSync(join(root, path)).isFile()) hash.update(path).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function runApp(tree: string, folder: string, added: { stage: string }): Promise<void> {
  const { context } = JSON.parse(readFileSync(join(tree, 'cdk.json'), 'utf8'));
  const app = spawn(process.execPath, ['bin/connector.ts'], {
    cwd: tree,
    // The flags of cdk.json are context; without them the template would differ from the deployed one.
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...added }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => app.kill();
  process.once('exit', kill);
  const output: Buffer[] = [];
  for (const stream of [app.stdout, app.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    app.once('error', reject).once('close', resolve),
  );
  process.off('exit', kill);
  if (code !== 0)
    throw new Error(
      `The CDK app did not synthesize stage "${added.stage}":\n${Buffer.concat(output).toString()}`,
    );
}
