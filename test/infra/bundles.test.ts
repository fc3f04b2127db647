import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundling } from '../../lib/constructs/connector-function.ts';
import { projectRoot } from './synth.ts';

/** Bytes. Loading a bundle is most of a cold start, and a change waits for the functions on its path. */
const pathBudget = 400 * 1024;
/** Only an operator or a schedule waits for these. */
const operationsBudget = 600 * 1024;

const path = ['queue-listener', 'router', 'handlers/customer'];
const entries = [...path, 'subscription', 'run-feeder', 'caretaker', 'control'];
const alias = '--alias:';

describe('bundles', () => {
  const bundles = new Map<string, { bytes: number; inputs: string[] }>();

  beforeAll(async () => {
    const aliases = Object.entries(bundling.esbuildArgs ?? {}).filter(([argument]) =>
      argument.startsWith(alias),
    );
    for (const entry of entries) {
      const { metafile } = await build({
        entryPoints: [join(projectRoot, 'lambdas', entry, 'handler.ts')],
        absWorkingDir: projectRoot,
        outfile: 'index.mjs',
        bundle: true,
        write: false,
        platform: 'node',
        format: 'esm',
        metafile: true,
        minify: bundling.minify ?? false,
        target: bundling.target ?? '',
        mainFields: bundling.mainFields ?? [],
        banner: { js: bundling.banner ?? '' },
        alias: Object.fromEntries(
          aliases.map(([argument, file]) => [argument.slice(alias.length), String(file)]),
        ),
      });
      const output = metafile.outputs['index.mjs'];
      bundles.set(entry, { bytes: output?.bytes ?? 0, inputs: Object.keys(output?.inputs ?? {}) });
    }
  });

  it.each(entries)('%s stays below 400 KB on the path of a change, below 600 KB otherwise', (entry) => {
    expect(bundles.get(entry)?.bytes).toBeGreaterThan(1024);
    const budget = path.includes(entry) ? pathBudget : operationsBudget;
    expect(bundles.get(entry)?.bytes).toBeLessThanOrEqual(budget);
  });

  it.each(entries)(
    '%s contains no credential provider chain, no deployment code and no test code',
    (entry) => {
      const unwanted =
        /credential-provider-(node|sso|ini|login)|submodules\/event-streams\/|node_modules\/(aws-cdk-lib|constructs|cdk-nag)\/|^(test|local|lib|bin)\//;
      expect(bundles.get(entry)?.inputs.filter((input) => unwanted.test(input))).toEqual([]);
    },
  );
});
