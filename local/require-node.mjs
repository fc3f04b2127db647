// Runs before every npm script, possibly on an old Node: therefore plain JavaScript.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    [
      `This project runs on Node 24, the runtime of its Lambda functions, but found Node ${process.versions.node}.`,
      'Node 24 is installed with the project by "npm ci", as the package "node". If your npm skipped install scripts, run:',
      '  npm rebuild node',
      'or install Node 24 yourself (macOS on Apple silicon: the package has no binary there).',
    ].join('\n'),
  );
  process.exit(1);
}
