import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commercetoolsFaults, deliveryFaults, httpFaults } from '../src/commercetools/faults.ts';
import { subscriptionStatuses } from '../src/commercetools/subscriptions.ts';
import { fluentFaults, requestFaults, tokenFaults } from '../src/fluent/faults.ts';
import { fluentSwitches } from '../src/fluent/switches.ts';

const workspace = join(import.meta.dirname, '..');
const readme = readFileSync(join(workspace, 'README.md'), 'utf8');
const run = promisify(execFile);

const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);

interface Row {
  readonly name: string;
  readonly curl: string;
  /** Cells between the name and the curl. */
  readonly before: readonly string[];
}

/** Rows with a curl, by the heading above their table and its first column, for example `Fluent: Switch`. */
const tables: ReadonlyMap<string, readonly Row[]> = (() => {
  const found = new Map<string, Row[]>();
  let section = '';
  let current = '';
  let isInTable = false;
  for (const line of readme.split('\n')) {
    section = /^### (.*)/.exec(line)?.[1] ?? section;
    const cells = line.startsWith('| ')
      ? line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))
      : [];
    if (cells.length > 0 && !isInTable) current = `${section}: ${cells[0]}`;
    isInTable = line.startsWith('|');
    const place = cells.findIndex((cell) => cell.startsWith('`curl '));
    if (place < 0) continue;
    const [name = '', ...others] = cells.map((cell) => cell.replaceAll('`', ''));
    const row = { name, curl: others[place - 1] ?? '', before: others.slice(0, place - 1) };
    found.set(current, [...(found.get(current) ?? []), row]);
  }
  return found;
})();
const namesOf = (table: string) => tables.get(table)?.map(({ name }) => name);

describe('the tables of README.md', () => {
  test('name every fault and every switch of the code, and no other', () => {
    const faultsOnly = ['http', 'delivery'];
    const fluentFaultsOnly = ['rates', 'next'];
    expect(Object.fromEntries([...tables.keys()].map((table) => [table, namesOf(table)?.sort()]))).toEqual({
      'commercetools: Fault': [...httpFaults, ...deliveryFaults].sort(),
      'commercetools: Switch': keysOf(commercetoolsFaults, faultsOnly),
      'commercetools: Status of a subscription': [...subscriptionStatuses].sort(),
      'Fluent: Fault': [...requestFaults, ...tokenFaults].sort(),
      'Fluent: Switch of the faults': keysOf(fluentFaults, fluentFaultsOnly),
      'Fluent: Switch': keysOf(fluentSwitches, []),
    });
  });

  test('name the default of every switch', () => {
    const inWords: Record<string, string> = { operations: 'all', permissions: 'all four' };
    for (const [table, schema] of [
      ['commercetools: Switch', commercetoolsFaults],
      ['Fluent: Switch of the faults', fluentFaults],
      ['Fluent: Switch', fluentSwitches],
    ] as const) {
      const defaults: Readonly<Record<string, unknown>> = schema.parse({});
      for (const { name, before } of tables.get(table) ?? []) {
        expect(before, name).toEqual([inWords[name] ?? JSON.stringify(defaults[name])]);
      }
    }
    expect(fluentSwitches.parse({}).permissions).toHaveLength(4);
  });

  test('turn on what the row is about', () => {
    for (const { name, curl } of [...tables.values()].flat()) expect(curl).toContain(`"${name}"`);
  });
});

function keysOf({ shape }: { readonly shape: object }, others: readonly string[]): string[] {
  return Object.keys(shape)
    .filter((key) => !others.includes(key))
    .sort();
}

describe('the commands of README.md', () => {
  const twins: ChildProcess[] = [];
  const bins: Readonly<Record<string, string>> = JSON.parse(
    readFileSync(join(workspace, 'package.json'), 'utf8'),
  ).bin;
  /** Port in the text -> port of the twin that runs. */
  const ports = new Map<string, string>();

  beforeAll(async () => {
    const [starts = ''] = blocks('');
    for (const [, name = '', port = '', options = ''] of starts.matchAll(/^npx (\S+) --port (\d+)(.*)$/gm)) {
      const args = [bins[name] ?? name, '--port', '0', ...options.trim().split(' ')];
      const twin = spawn(process.execPath, args, { cwd: workspace, stdio: ['ignore', 'pipe', 'inherit'] });
      twins.push(twin);
      for await (const line of createInterface(twin.stdout)) {
        const [, own] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line) ?? [];
        if (own === undefined) continue;
        ports.set(port, own);
        break;
      }
    }
  });
  afterAll(async () => {
    for (const twin of twins) {
      twin.kill('SIGTERM');
      if (twin.exitCode === null) await once(twin, 'exit');
    }
  });

  /** Output of each line; fails on an HTTP error. Times out where the twin would let it wait. */
  const shell = async (script: string): Promise<string> => {
    const here = script
      .replaceAll(/:(40[12]0)\//g, (_, port: string) => `:${ports.get(port)}/`)
      .replaceAll('curl -s', 'curl -sS --fail-with-body --max-time 10');
    return (await run('sh', ['-ec', here])).stdout;
  };

  test('start every twin', () => {
    expect([...ports.keys()]).toEqual(['4010', '4020']);
    expect(twins).toHaveLength(Object.keys(bins).length);
  });

  test('create a subscription, a customer and its notification in commercetools, and a customer in Fluent', async () => {
    const [commercetools = '', fluent = '', ...others] = blocks('sh');
    expect(others).toEqual([]);
    expect(await shell(commercetools)).toMatch(/"notificationType":"ResourceCreated".*"typeId":"customer"/s);
    expect(await shell(fluent)).toMatch(/"createCustomer":\{"id":"101","username":"ada"\}.*"ref":"ada"/s);
  });

  test('turn on each fault and each switch', async () => {
    const rows = [...tables.values()].flat();
    expect(rows.length).toBeGreaterThan(50);
    for (const { curl } of rows) {
      const asked = JSON.parse(/--json '(.*)'$/.exec(curl)?.[1] ?? '');
      expect(JSON.parse(await shell(curl)), curl).toMatchObject(asked);
    }
  });

  test('are all that the text has', () => {
    const run = [...blocks('sh'), ...[...tables.values()].flat().map(({ curl }) => curl)].join('\n');
    const count = (text: string) => text.match(/\bcurl -/g)?.length;
    expect(count(run)).toBe(count(readme));
  });

  test('have an example in TypeScript that prints what its comment says', async () => {
    const [example = '', ...others] = blocks('ts');
    expect(others).toEqual([]);
    const args = ['--input-type=module-typescript', '--eval', example];
    const { stdout } = await run(process.execPath, args, { cwd: workspace });
    expect(stdout.trim()).toBe(/\/\/ (.*)/.exec(example)?.[1]);
  });
});
