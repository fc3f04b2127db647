import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Everything that the template and the bundles are made of. */
const sources = ['bin/connector.ts', 'lib/**/*.ts', 'lambdas/**/*.ts', 'cdk.json', 'package-lock.json'];

/**
 * Synthesizes a stage by running the CDK app itself, with the context of cdk.json: the same template that `cdk deploy`
 * would send. Kept in `.local/<stage>.cdk.out` until a source or the context changes; a context has a folder of its own.
 *
 * @returns the folder of the cloud assembly.
 */
export async function synthesize(stage: string, context: object = {}): Promise<string> {
  const isPlain = Object.keys(context).length === 0;
  const folder = join(root, '.local', `${stage}${isPlain ? '' : '-real'}.cdk.out`);
  const stamp = join(folder, 'sources.sha256');
  const hash = `${hashOfSources()} ${JSON.stringify(context)}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return folder;
  rmSync(folder, { recursive: true, force: true });
  await runApp(folder, { ...context, stage });
  writeFileSync(stamp, hash);
  return folder;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const path of globSync(sources, { cwd: root }).sort()) {
    if (statSync(join(root, path)).isFile()) hash.update(path).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

async function runApp(folder: string, added: { stage: string }): Promise<void> {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const app = spawn(process.execPath, ['bin/connector.ts'], {
    cwd: root,
    // The flags of cdk.json are context: without them the template would differ from the deployed one.
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...added }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  for (const stream of [app.stdout, app.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    app.once('error', reject).once('close', resolve),
  );
  if (code !== 0)
    throw new Error(
      `The CDK app did not synthesize stage "${added.stage}":\n${Buffer.concat(output).toString()}`,
    );
}
