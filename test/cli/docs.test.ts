import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../bin/cli/exit-codes.ts';
import { createProgram } from '../../bin/cli/program.ts';
import { variables } from '../../bin/cli/systems.ts';

const cli = readFileSync('docs/cli.md', 'utf8');
const nothing = () => undefined;
const program = createProgram({ out: nothing, err: nothing } as never, nothing);

/** `run start`, `status`, ...: all that can be typed. */
const namesOf = (command: Command, path: readonly string[] = []): string[] =>
  command.commands.flatMap((each) => {
    const name = [...path, each.name()];
    return [name.join(' '), ...namesOf(each, name)];
  });

describe('docs/cli.md', () => {
  test('has the exit codes as they are', () => {
    const rows = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
    expect(cli).toContain(rows.join('\n'));
  });
  test('names every command', () => {
    const missing = namesOf(program).filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b`).test(cli));
    expect(missing).toEqual([]);
  });
  test('names no command that does not exist', () => {
    const known = namesOf(program);
    const first = new Set(known.map((name) => name.split(' ')[0]));
    const table = cli.slice(cli.indexOf('## What is done how'), cli.indexOf('`connector COMMAND --help`'));
    const typed = [...table.matchAll(/`([a-z]+)[^`]*`/g)].map(([, word]) => word);
    expect(typed.filter((word) => !first.has(word))).toEqual([]);
  });
});

describe('docs/real-systems.md', () => {
  test('names every variable of .env.example', () => {
    const text = readFileSync('docs/real-systems.md', 'utf8');
    expect(variables.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('every command', () => {
  test.each(namesOf(program))('%s says what it does', (name) => {
    const command = name
      .split(' ')
      .reduce<Command | undefined>(
        (parent, part) => parent?.commands.find((each) => each.name() === part),
        program,
      );
    expect(command?.description()).not.toBe('');
  });
});
