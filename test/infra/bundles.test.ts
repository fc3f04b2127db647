import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundling } from '../../lib/constructs/connector-function.ts';
import { projectRoot } from './synth.ts';

/** Bytes; reading and compiling a bundle is most of a cold start, and a change of a customer waits for those of the flow. */
const budgetOfTheFlow = 400 * 1024;
/** Beside the flow nobody but an operator or a clock waits. */
const budgetBeside = 600 * 1024;

const flow = ['queue-listener', 'router', 'handlers/customer'];
const entries = [...flow, 'subscription', 'run-feeder', 'caretaker', 'control'];
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
          aliases.map(([argument, path]) => [argument.slice(alias.length), String(path)]),
        ),
      });
      const output = metafile.outputs['index.mjs'];
      bundles.set(entry, { bytes: output?.bytes ?? 0, inputs: Object.keys(output?.inputs ?? {}) });
    }
  });

  it.each(entries)('%s stays below 400 KB in the flow, below 600 KB beside it', (entry) => {
    expect(bundles.get(entry)?.bytes).toBeGreaterThan(1024);
    const budget = flow.includes(entry) ? budgetOfTheFlow : budgetBeside;
    expect(bundles.get(entry)?.bytes).toBeLessThanOrEqual(budget);
  });

  it.each(entries)('%s has no search for credentials, no deployment code and no test code', (entry) => {
    const unwanted =
      /credential-provider-(node|sso|ini|login)|submodules\/event-streams\/|node_modules\/(aws-cdk-lib|constructs|cdk-nag)\/|^(test|local|lib|bin)\//;
    expect(bundles.get(entry)?.inputs.filter((input) => unwanted.test(input))).toEqual([]);
  });
});
