import { globSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../cli/exit-codes.ts';
import { createProgram } from '../../cli/program.ts';
import { variables } from '../../lambdas/core/operations/env-file-systems.ts';

const cli = readFileSync('docs/cli.md', 'utf8');
const nothing = () => undefined;
const program = createProgram({ out: nothing, err: nothing } as never, nothing);

/** Every command: `status`, `run start`, ... */
const namesOf = (command: Command, path: readonly string[] = []): string[] =>
  command.commands.flatMap((each) => {
    const name = [...path, each.name()];
    return [name.join(' '), ...namesOf(each, name)];
  });

describe('docs/cli.md', () => {
  test('lists the exit codes', () => {
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
    const table = cli.slice(cli.indexOf('## Tasks'), cli.indexOf('`connector COMMAND --help`'));
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

/** The first unknown word, unknown option or surplus argument of a command line; undefined if it is valid. */
function mistakeIn(line: string): string | undefined {
  // A placeholder is one value, even if it has several words.
  const words = line
    .replaceAll(/<[^>]*>/g, 'VALUE')
    .trim()
    .split(/\s+/);
  let command: Command = program;
  for (let next = child(command, words[0]); next; next = child(command, words[0])) {
    command = next;
    words.shift();
  }
  if (command === program) return words[0];
  const options = [...command.options, ...program.options];
  let values = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (!word.startsWith('-') || word === '-') values += 1;
    else {
      const option = options.find((each) => each.short === word || each.long === word);
      if (!option) return `${command.name()} ${word}`;
      if (option.variadic) while (/^[^-]/.test(words[index + 1] ?? '-')) index += 1;
      else if (option.required) index += 1;
    }
  }
  const isVariadic = command.registeredArguments.some((each) => each.variadic);
  return isVariadic || values <= command.registeredArguments.length
    ? undefined
    : `${command.name()}: too many words`;
}

function child(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((each) => each.name() === name);
}

describe('commands in documents and messages exist, with their options', () => {
  const commandsIn = (files: readonly string[], spans: readonly RegExp[]) =>
    globSync(files).flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return spans
        .flatMap((span) => [...text.matchAll(span)].map(([, line = '']) => line))
        .filter((line) => /^[a-z]/.test(line))
        .map((line) => [file, line] as const);
    });
  const lines = [
    ...commandsIn(
      ['README.md', 'docs/**/*.md'],
      [/`connector ([^`]+)`/g, /npm run (?:--silent )?connector -- ([^#`\n]+)/g],
    ),
    ...commandsIn(
      ['lambdas/**/*.ts'],
      [/\(connector ([^)$`]+?)(?: lists them)?\)/g, /`(run start [^`\\]+)/g],
    ),
  ];
  test('are found', () => expect(lines.length).toBeGreaterThan(50));
  test.each(lines)('%s: connector %s', (_file, line) => {
    expect(mistakeIn(line)).toBeUndefined();
  });
  test('a mistake is found', () => {
    expect(mistakeIn('run start --mode ids')).toBe('start --mode');
    expect(mistakeIn('runs list')).toBe('runs');
    expect(mistakeIn('status now')).toBe('status: too many words');
  });
});

describe('every command', () => {
  test.each(namesOf(program))('%s has a description', (name) => {
    const command = name
      .split(' ')
      .reduce<Command | undefined>(
        (parent, part) => parent?.commands.find((each) => each.name() === part),
        program,
      );
    expect(command?.description()).not.toBe('');
  });
});
