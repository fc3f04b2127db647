import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes } from '../../cli/exit-codes.ts';
import { type LoopbackControl, startLoopbackControl } from './loopback-control.ts';
import { connector, NOW, type Person } from './recorded-shell.ts';
import { CUSTOMER, finishedReconcile, finishedRun, RUN_ID, shownRun } from './sample-answers.ts';

let control: LoopbackControl;
beforeAll(async () => {
  control = await startLoopbackControl();
});
afterAll(() => control.stop());
beforeEach(() => {
  control.requests.length = 0;
});
const local = (line: string, person?: Person) =>
  connector([...line.split(' '), '--local', '--port', control.port], person);
const performed = () => control.requests.map(({ operation, input }) => ({ operation, input }));

describe('waiting for a run', () => {
  test('prints plain lines without a terminal, and has the exit code of the run', async () => {
    control.answers(
      'run.start',
      shownRun({ listed: 0, planned: 0, entries: { ...shownRun().entries, synced: 0, pending: 0 } }),
    );
    control.answers('run.show', shownRun(), finishedRun());
    const { exitCode, err } = await local('run start full --wait');
    expect(exitCode).toBe(0);
    expect(err.split('\n')).toEqual([
      '[------------------------]   0 %  0 of 1,234',
      '[########################] 100 %  1,234 of 1,234  1,200 synced, 34 unchanged  finished',
      '',
    ]);
  });
  test.each([
    [100, 1],
    [40, 3],
  ])('replaces its lines on a terminal of %i columns', async (width, lines) => {
    control.answers('run.show', shownRun(), finishedRun());
    const { err } = await local(`run show ${RUN_ID} --wait`, { answers: [], width });
    const eraseLines = `${'\u001b[2K\u001b[1A'.repeat(lines)}\u001b[2K\u001b[G`;
    const [first = '', last = ''] = err.split(eraseLines);
    expect(first.replaceAll(/\n */g, ' ').replaceAll(/ +/g, ' ')).toBe(
      '[########----------------] 32 % 400 of 1,234 400 synced 6.7/s, about 2 min left ',
    );
    expect(last.replaceAll(/\s+/g, ' ')).toContain('1,200 synced, 34 unchanged');
  });
  test('a failed run, or one with failures, is a problem', async () => {
    control.answers('run.show', finishedRun({ entries: { ...finishedRun().entries, failed: 1 } }));
    expect((await local(`run show ${RUN_ID} --wait`)).exitCode).toBe(1);
    control.answers('run.show', finishedRun({ status: 'failed', reason: 'HOOK_FAILED' }));
    expect((await local(`run show ${RUN_ID} --wait`)).exitCode).toBe(1);
  });
  test('Ctrl-C leaves the run running', async () => {
    control.answers('run.show', shownRun());
    const { exitCode, err } = await local(`run show ${RUN_ID} --wait`, { answers: [], interruptsAfter: 2 });
    expect(exitCode).toBe(130);
    expect(err).toContain(`The run continues. Watch it again: connector run show ${RUN_ID} --wait`);
  });
  test('a poll that fails for a moment does not end the watching', async () => {
    control.answers('run.start', shownRun());
    control.refuses('run.show', { kind: 'unavailable', code: 'STORE', message: 'Try again.' });
    const { exitCode } = await local('run start full --wait');
    // Thirty failed polls in a row end it.
    expect({ exitCode, operations: performed().length }).toEqual({ exitCode: 5, operations: 31 });
  });
  test('last is the newest run', async () => {
    control.answers('run.list', { runs: [shownRun()] });
    control.answers('run.show', finishedRun());
    expect((await local('run show last --json')).json()).toEqual(finishedRun());
  });
});

describe('reconcile', () => {
  const id = (n: number) => CUSTOMER.replace(/^./, String(n));
  const differences = [
    { id: id(1), class: 'missing' as const, sourceVersion: 1 },
    {
      id: id(2),
      class: 'edited' as const,
      sourceVersion: 4,
      writtenVersion: 4,
      fields: [{ field: 'lastName', changed: 'oms' as const }],
    },
    { id: id(3), class: 'orphan' as const, username: id(3) },
  ];
  const first = { differences: differences.slice(0, 2), next: 'page-2' };
  const second = { differences: differences.slice(2) };
  beforeEach(() => {
    control.answers('run.start', shownRun({ mode: 'reconcile' }));
    control.answers('run.show', finishedReconcile());
    control.answers('run.report', first, second);
  });

  test('starts, waits, prints every page of the report, and exits as diff does', async () => {
    const { exitCode, out } = await local('reconcile --compare oms --since 2026-11-20');
    expect(exitCode).toBe(10);
    expect(control.requests[0]?.input).toEqual({
      handler: 'customer',
      mode: 'reconcile',
      options: { compare: 'oms', from: '2026-11-20T00:00:00.000Z' },
    });
    expect(out).toBe(`3 customers in the report.
  customer                              class    version  queued  details
  ------------------------------------  -------  -------  ------  --------------
  ${id(1)}  missing  0 of 1
  ${id(2)}  edited   4 of 4           lastName (oms)
  ${id(3)}  orphan
1,234 compared: 1,228 in-sync, 3 missing, 1 orphan, 2 edited. Run
${RUN_ID} finished.
`);
  });
  test('--all compares all customers, and the window is shown', async () => {
    control.answers('run.show', finishedReconcile({ window: { from: Date.UTC(2000, 0, 1), to: NOW } }));
    const { out } = await local('reconcile --all');
    expect(control.requests[0]?.input).toMatchObject({ options: { from: '2000-01-01T00:00:00.000Z' } });
    expect(out).toContain('1,234 compared, modified from 2000-01-01 00:00:00 to 2026-11-21 21:00:00: 1,228');
  });
  test('prints the run and its report as JSON', async () => {
    expect((await local('reconcile --json')).json()).toEqual({ run: finishedReconcile(), differences });
  });
  test('prints only the CSV with --csv -', async () => {
    const { out } = await local('reconcile --csv -');
    expect(out.split('\r\n')).toEqual([
      'customer,class,source version,written version,fields,note,queued',
      `${id(1)},missing,1,,,,`,
      `${id(2)},edited,4,4,lastName (oms),,`,
      `${id(3)},orphan,,,,username ${id(3)},`,
      '',
    ]);
  });
  test('saves the CSV to a file', async () => {
    const { files, out, err } = await local('reconcile --csv report.csv');
    expect(files.get('report.csv')).toContain(`${id(1)},missing`);
    expect(out).toContain('3 customers in the report.');
    expect(err).toContain('The report is in report.csv.\n');
    control.answers('run.report', { differences });
    expect((await local(`run report ${RUN_ID} --csv report.csv`)).err).toBe('The report is in report.csv.\n');
  });
  test.each(['reconcile', `run report ${RUN_ID}`])(
    '%s: a file that cannot be written is refused before anything runs',
    async (line) => {
      const { exitCode, err } = await local(`${line} --csv /nowhere/x.csv`);
      expect({ exitCode, err }).toEqual({
        exitCode: 2,
        err: 'Cannot write /nowhere/x.csv (ENOENT). [USAGE]\n',
      });
      expect(performed()).toEqual([]);
    },
  );
  test('Ctrl-C leaves the run running and prints no report', async () => {
    control.answers('run.show', shownRun({ mode: 'reconcile' }));
    const { exitCode, out, err } = await local('reconcile', { answers: [], interruptsAfter: 2 });
    expect({ exitCode, out }).toEqual({ exitCode: 130, out: '' });
    expect(err).toContain(`The run continues. Watch it again: connector run show ${RUN_ID} --wait`);
    expect(err).toContain(`Its report: connector run report ${RUN_ID}`);
    expect(performed().map(({ operation }) => operation)).not.toContain('run.report');
    const asJson = await local('reconcile --json', { interruptsAfter: 2 });
    expect(asJson.json()).toEqual({ run: shownRun({ mode: 'reconcile' }) });
  });
  test('exits with 0 if all is repaired, but not if an orphan remains', async () => {
    const queued = differences.map((each) => ({ ...each, queued: true }));
    control.answers('run.report', { differences: queued.slice(0, 2) });
    expect((await local('reconcile --repair missing edited')).exitCode).toBe(0);
    expect(control.requests[0]?.input).toMatchObject({ options: { repair: ['missing', 'edited'] } });
    control.answers('run.report', { differences: [...queued.slice(0, 2), ...differences.slice(2)] });
    expect((await local('reconcile --repair missing edited')).exitCode).toBe(exitCodes.differences.code);
  });
});
