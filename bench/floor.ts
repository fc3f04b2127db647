import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundling } from '../lib/constructs/connector-function.ts';

const root = join(import.meta.dirname, '..');
const source = "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';\nexport { DynamoDBClient };\n";

/**
 * Bundles only client-dynamodb, with the options of the functions' bundles.
 *
 * @param alias - true to leave out the credential provider chain, as the functions' bundles do.
 */
export async function bundleFloor(outfile: string, alias: boolean): Promise<void> {
  const { format, target, minify, mainFields, banner } = bundling;
  const options: BuildOptions = {
    stdin: { contents: source, resolveDir: root },
    bundle: true,
    platform: 'node',
    outfile,
    ...(format !== undefined && { format: format as 'esm' | 'cjs' }),
    ...(target !== undefined && { target }),
    ...(minify !== undefined && { minify }),
    ...(mainFields !== undefined && { mainFields: [...mainFields] }),
    ...(banner !== undefined && { banner: { js: banner } }),
    ...(alias && { alias: aliases() }),
  };
  await build(options);
}

/** `--alias:<module>` of the functions' bundles. */
function aliases(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bundling.esbuildArgs ?? {})
      .filter(([name]) => name.startsWith('--alias:'))
      .map(([name, file]) => [name.slice('--alias:'.length), String(file)]),
  );
}
