import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigKey, configKeys } from '../../lib/config/config-keys.ts';
import { stageConfig } from '../../lib/config/stage-config.ts';
import { projectRoot } from './synth.ts';

const document = readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8');

/** Key, type, default, example and meaning of every row. No cell contains a `|`. */
const [table = ''] = document.split(/^## /m);
const rows = [...table.matchAll(/^\| `.*\|$/gm)].map(([row]) =>
  row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim()),
);

function expectedRow(key: ConfigKey): string[] {
  const none = key.required ? 'required' : 'none';
  const preset = key.default === undefined ? none : `\`${JSON.stringify(key.default)}\``;
  return [`\`${key.path}\``, key.type, preset, `\`${JSON.stringify(key.example)}\``];
}

describe('docs/configuration.md', () => {
  it('lists every key of a stage with its type, default and example, and no other', () => {
    expect(rows.map((cells) => cells.slice(0, 4))).toEqual(configKeys(stageConfig).map(expectedRow));
  });

  it('explains every key', () => {
    for (const [key, , , , meaning = ''] of rows) expect(meaning.length, key).toBeGreaterThan(10);
  });
});
