import { expect, test } from 'vitest';
import { logFolder } from '../../../local/connector/embedded-connector.ts';

test('each connector on this machine, and the demo, has its own log folder, because a start empties it', () => {
  const folders = [logFolder(4_100), logFolder(4_200), logFolder('demo')];
  expect(folders.map((folder) => folder.replace(/^.*\/\.local/, '.local'))).toEqual([
    '.local/logs/4100',
    '.local/logs/4200',
    '.local/logs/demo',
  ]);
});
