import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export interface Importable {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Variables that Lambda sets. No call is made, so no value is used. */
const runtime = {
  AWS_REGION: 'eu-central-1',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
};

const program = (url: string) =>
  `const begun = performance.now(); await import(${JSON.stringify(url)}); console.log(performance.now() - begun); process.exit(0);`;

/** Milliseconds that a fresh process spends in `import()` of a bundle, without the start of Node. Throws if the bundle throws. */
export async function timeImport({ bundle, environment }: Importable): Promise<number> {
  const args = ['--input-type=module', '--eval', program(pathToFileURL(bundle).href)];
  const env = { PATH: process.env['PATH'], ...runtime, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch((error) => {
    // Node prints the line that threw, which can be the whole bundle.
    const reason = /^\w*Error: .*$/m.exec(String(error.stderr))?.[0] ?? 'no reason given';
    throw new Error(`${bundle} does not start: ${reason}`);
  });
  const milliseconds = Number(stdout.trim().split('\n').at(-1));
  if (Number.isFinite(milliseconds)) return milliseconds;
  throw new Error(`${bundle} printed "${stdout.slice(0, 200)}" instead of a time.`);
}

/** Times of every bundle. Bundles take turns, and each round starts with another one, so noise affects all alike. */
export async function timeImports(
  bundles: readonly Importable[],
  rounds: number,
  onRound: (round: number) => void,
): Promise<number[][]> {
  const times: number[][] = bundles.map(() => []);
  for (const bundle of bundles) await timeImport(bundle); // fills the file cache
  for (let round = 0; round < rounds; round++) {
    onRound(round + 1);
    for (let turn = 0; turn < bundles.length; turn++) {
      const index = (round + turn) % bundles.length;
      const bundle = bundles[index];
      if (bundle) times[index]?.push(await timeImport(bundle));
    }
  }
  return times;
}
