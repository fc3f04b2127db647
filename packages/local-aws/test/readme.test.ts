import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { synthesize } from '../examples/orders/app.ts';
import { type FaultKind, type RunOptions, runAssembly } from '../src/index.ts';
import { isCustomResource } from '../src/template/custom-resource.ts';
import { resourceHandlers } from '../src/template/resources/resource-handlers.ts';
import { writeAssembly } from './assembly.ts';

const packageFolder = join(import.meta.dirname, '..');
const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, body = '']) => ({
  language,
  body,
}));
const [tryIt, ownApp] = blocks.filter(({ language }) => language === 'sh');

/** First cells of the rows of the table whose header starts with this title. */
function firstCells(title: string): string[] {
  const table = readme.slice(readme.indexOf(`| ${title} |`)).split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) => cell).slice(1);
}

const names = (cells: readonly string[]) => cells.flatMap((cell) => /`([^`]+)`/.exec(cell)?.[1] ?? []);

/** Runs a command of the README from the folder that it is written for, with the Node that runs the tests. */
function run(command: string) {
  const [program = '', ...args] = command.trim().split(' ');
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const cwd = join(packageFolder, '../..');
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stderr.resume();
  return child;
}

describe('the README', () => {
  test('shows a command that runs, with the output that it prints', async () => {
    const child = run(tryIt?.body ?? '');
    const output = await text(child.stdout);
    expect(output).toBe(blocks[1]?.body);
  });

  test('shows a command that starts any cloud assembly and stops on a signal', async () => {
    const assembly = mkdtempSync(join(tmpdir(), 'orders-'));
    onTestFinished(() => rmSync(assembly, { recursive: true }));
    synthesize(assembly);
    const command = (ownApp?.body ?? '').replace('cdk.out', assembly).replace('4566', '0');
    expect(command).toMatch(/ --port 0$/m);
    const child = run(command);
    const ended = once(child, 'exit');
    let output = '';
    for await (const chunk of child.stdout) {
      output += chunk;
      if (output.includes('Stop with Ctrl+C.')) break;
    }
    expect(output).toMatch(/^Deployed 7 resources on http:\/\/127\.0\.0\.1:\d+\.\n {2}QueueUrl = http/);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  test('explains a call of the command line that names no assembly', async () => {
    const child = run((ownApp?.body ?? '').replace(/ cdk\.out.*/, ''));
    expect(await once(child, 'exit')).toEqual([2, null]);
  });

  test('shows the test that is part of the example', () => {
    const example = readFileSync(join(packageFolder, 'examples/orders/orders.test.ts'), 'utf8');
    expect(blocks.find(({ language }) => language === 'ts')?.body).toBe(example);
  });

  test('lists every service and no other', async () => {
    const assembly = await writeAssembly({ Resources: {} });
    const { aws, stop } = await runAssembly({ assembly });
    onTestFinished(stop);
    expect(names(firstCells('Service')).sort()).toEqual(aws.gateway.services());
  });

  test('lists every resource type and no other', () => {
    const listed = new Set(readme.match(/AWS::\w+::\w+/g));
    const special = ['AWS::CDK::Metadata', 'AWS::CloudFormation::CustomResource'];
    expect([...listed].sort()).toEqual([...resourceHandlers.keys(), ...special].sort());
    expect(isCustomResource('AWS::CloudFormation::CustomResource')).toBe(true);
  });

  test('lists every option of runAssembly and no other', () => {
    const options: Record<keyof RunOptions, true> = {
      assembly: true,
      stackName: true,
      region: true,
      port: true,
      seed: true,
      alarmPeriodScale: true,
      maxEnvironments: true,
      retryWaitsMs: true,
      initTimeoutSeconds: true,
      logFolder: true,
      customResourceWaitSeconds: true,
    };
    expect(names(firstCells('Option of `runAssembly`'))).toEqual(Object.keys(options));
  });

  test('lists every kind of fault and no other', () => {
    const kinds: Record<FaultKind, true> = {
      throttle: true,
      'fail-entries': true,
      'deliver-twice': true,
      'lose-answer': true,
    };
    expect(names(firstCells('Kind'))).toEqual(Object.keys(kinds));
  });
});
