import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './synth.ts';

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(projectRoot, folder, 'package.json'), 'utf8'));

const workspaces = globSync('packages/*/package.json', { cwd: projectRoot }).map(dirname).sort();
const manifests = ['.', ...workspaces].map(manifestOf);
const direct = manifests
  .flatMap(({ dependencies = {}, devDependencies = {}, optionalDependencies = {} }) =>
    Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }),
  )
  .filter(([name]) => !name.startsWith('@fluent-connector/'));
const names = [...new Set(direct.map(([name]) => name))];
const optional = manifests.flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));

const adr = readFileSync(join(projectRoot, 'docs/adr/0013-direct-dependencies.md'), 'utf8');
const rows = [...adr.matchAll(/^\| `([^`]+)` \| ([^|]+) \| (\d{4}) \| ([^|]+) \|$/gm)].map(
  ([, name, reason, , licence]) => ({
    name: name ?? '',
    reason: reason?.trim() ?? '',
    licence: licence?.trim() ?? '',
  }),
);

describe('direct dependencies', () => {
  it('each have one row with a reason in docs/adr/0013, which has no other row', () => {
    expect(workspaces).toEqual(['packages/local-aws', 'packages/twins']);
    expect(rows.map(({ name }) => name).sort()).toEqual(names.sort());
    for (const { name, reason } of rows) expect(reason.length, name).toBeGreaterThan(10);
  });

  it('have the licence that their row names', () => {
    for (const { name, licence } of rows.filter(({ name }) => !optional.includes(name))) {
      expect(manifestOf(`node_modules/${name}`).license, name).toBe(licence);
    }
  });

  it('have one version in all manifests', () => {
    for (const name of names) {
      const versions = direct.filter(([other]) => other === name).map(([, version]) => version);
      expect(new Set(versions).size, name).toBe(1);
    }
  });

  it('have permissive licences', () => {
    const accepted = new Set(['MIT', 'MIT-0', 'Apache-2.0', 'MIT OR Apache-2.0']);
    for (const { name, licence } of rows) expect(accepted.has(licence), `${name}: ${licence}`).toBe(true);
  });

  it('have exact versions, except the types of Node', () => {
    for (const [name, version] of direct) {
      expect(version, name).toMatch(name === '@types/node' ? /^\d+$/ : /^\d+\.\d+\.\d+$/);
    }
  });
});
