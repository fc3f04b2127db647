import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { afterAll, describe, expect, it } from 'vitest';
import { cdkContext, projectRoot, type Template, templateOf } from './synth.ts';

const outdir = mkdtempSync(join(tmpdir(), 'connector-assembly-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Runs a program of the project without network and without the caller's AWS settings. */
function run(program: string, args: string[], env: Record<string, string> = {}) {
  return spawnSync(program, args, {
    cwd: projectRoot,
    encoding: 'utf8',
    env: {
      PATH: `${join(projectRoot, 'node_modules/.bin')}:${process.env['PATH']}`,
      HOME: outdir,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
}

function runApp(stage: string, context: object = {}) {
  const json = JSON.stringify({ ...cdkContext(), stage, ...context });
  return run('node', ['bin/connector.ts'], {
    CDK_OUTDIR: join(outdir, `app-${stage}`),
    CDK_CONTEXT_JSON: json,
  });
}

/** A template without the metadata that the CLI adds. */
function withoutMetadata(template: Template): unknown {
  return JSON.parse(JSON.stringify(template), (key, value) => (key === 'Metadata' ? undefined : value));
}

// Each test loads CDK in a process of its own: seconds alone, a minute while other tests run on two cores.
describe('the app', { timeout: 180_000 }, () => {
  it('synthesizes the same template with and without the CLI', () => {
    // "ls" synthesises like "synth", but does not bundle.
    const cli = run('cdk', ['ls', '-c', 'stage=local', '--output', join(outdir, 'cli'), '--no-notices']);
    expect(cli.stderr + cli.stdout).toContain('commercetools-fluent-local');
    const made = readFileSync(join(outdir, 'cli', 'commercetools-fluent-local.template.json'), 'utf8');
    expect(withoutMetadata(JSON.parse(made))).toEqual(withoutMetadata(templateOf('local')));
  });

  it('names the known stages, without a stack trace, when the stage is unknown', () => {
    const app = runApp('staging');
    expect(app.status).toBe(1);
    expect(app.stderr).toBe(
      'Unknown stage "staging". Stages of lib/config/stages.ts: dev, prod, local. Choose one with -c stage=<name>.\n',
    );
  });

  it('passes the nag packs and the rules of CloudFormation', () => {
    const app = runApp('prod', { '@aws-cdk/core:validateAgainstDefaultRules': true });
    expect(app.stderr).toBe('');
    expect(app.status).toBe(0);
    const report = JSON.parse(readFileSync(join(outdir, 'app-prod', 'validation-report.json'), 'utf8'));
    expect(report.pluginReports).toEqual([]);
  });

  it('has an entry point of at most 30 lines', () => {
    expect(
      readFileSync(join(projectRoot, 'bin/connector.ts'), 'utf8').trim().split('\n').length,
    ).toBeLessThanOrEqual(30);
  });

  it('sets every feature flag that CDK recommends for a new project', () => {
    expect(cdkContext()).toMatchObject(flags);
  });
});
