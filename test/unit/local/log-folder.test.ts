import { expect, test } from 'vitest';
import { logFolder } from '../../../local/connector/embedded-connector.ts';

test('two connectors that run beside each other, and the demo, have a log folder each: a start empties its own alone', () => {
  const folders = [logFolder(4_100), logFolder(4_200), logFolder('demo')];
  expect(folders.map((folder) => folder.replace(/^.*\/\.local/, '.local'))).toEqual([
    '.local/logs/4100',
    '.local/logs/4200',
    '.local/logs/demo',
  ]);
});
