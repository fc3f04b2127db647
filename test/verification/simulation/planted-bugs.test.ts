import { describe, expect, test } from 'vitest';
import { command, lastLine } from './command.ts';
import { plantedBugs } from './planted/bugs.ts';
import { checkEdit } from './planted/load.ts';

describe('planted bugs', () => {
  test('each replace a text that exists exactly once', () => {
    for (const { id, edits = [] } of plantedBugs) for (const edit of edits) checkEdit(id, edit);
    expect(new Set(plantedBugs.map(({ id }) => id)).size).toBe(plantedBugs.length);
    expect(plantedBugs.length).toBeGreaterThanOrEqual(63);
  });

  test('of every kind are found', async () => {
    const some =
      'PB2,PB4,PB5,PB11,PB13,PB17a,PB20b,PB21,PB28,PB29a,PB32,PB33a,PB35b,PB36b,PB39a,PB41,X2,X7,X8,X11';
    const { status, output } = await command(
      'planted-bugs.ts',
      '--only',
      some,
      '--most',
      '500',
      '--jobs',
      '1',
    );
    expect(output).not.toContain('NOT FOUND');
    expect(lastLine(output)).toBe('planted=20 found=20 survived=0');
    expect(status).toBe(0);
  });

  test('with an unknown name are not reported as success', async () => {
    const { status } = await command('planted-bugs.ts', '--only', 'PB0');
    expect(status).toBe(1);
  });
});
