import { readOptions } from '../../../local/options.ts';
import { createProgress } from '../../../local/progress.ts';
import { textTable } from '../../../local/table.ts';
import { allChecks, type Check, traceText, verdict } from './check.ts';

const help = `npm run model-check -- [options]

Searches every order of events for one customer: updates, delete, erasure, duplicates, crashes before every step, late
writes, stale reads, runs, dead letters moved back, a new mapper. The decisions are those of lambdas/core.
Every case within the protocol must be SAFE, and every planted mistake must yield a counterexample. Exit code 1 otherwise.

  --case NAME   only the cases whose name contains NAME
  --large       large bounds for the safe cases: millions of worlds, minutes, about 3 GB of memory
  --trace       print the shortest counterexample of each planted mistake
  --help        this text`;

const values = readOptions(help, { case: 'string', large: 'boolean', trace: 'boolean' });
const part = String(values['case'] ?? '').toLowerCase();
const checks = allChecks(values['large'] ? 'large' : 'small').filter(({ name }) =>
  name.toLowerCase().includes(part),
);
if (checks.length === 0) {
  console.error(`No case name contains "${part}".`);
  process.exit(2);
}

const results = checks.map(report);
console.log(
  textTable(
    ['case', 'states', 'depth', 'result', 'expected', 'seconds'],
    results.map(({ check, finding, seconds }) => [
      check.name,
      finding.states,
      finding.depth,
      verdict(finding) === 'SAFE' ? 'SAFE' : `UNSAFE in ${finding.trace.length}: ${finding.breach}`,
      check.expects,
      seconds.toFixed(1),
    ]),
  ),
);
const safe = results.filter(({ check, finding }) => check.expects === 'SAFE' && verdict(finding) === 'SAFE');
const wrong = results.filter(({ check, finding }) => verdict(finding) !== check.expects);
const states = safe.reduce((sum, { finding }) => sum + finding.states, 0);
console.log(
  `cases=${results.length} safe=${safe.length} statesSafe=${states} counterexamples=${results.filter(({ finding }) => verdict(finding) === 'UNSAFE').length} unexpected=${wrong.length}`,
);
process.exitCode = wrong.length > 0 ? 1 : 0;

function report(check: Check) {
  const progress = createProgress();
  const startedAt = performance.now();
  const finding = check.run({
    onProgress: (found, depth) => progress.show(`${check.name}: ${found} states, depth ${depth}`),
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  progress.done(`${check.name}: ${finding.states} states, ${verdict(finding)}, ${seconds.toFixed(1)} s`);
  const isWrong = verdict(finding) !== check.expects;
  if (finding.breach !== undefined && (isWrong || values['trace'])) console.log(traceText(finding));
  return { check, finding, seconds };
}
