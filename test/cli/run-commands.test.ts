import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { type LoopbackControl, startLoopbackControl } from './loopback-control.ts';
import { connector } from './recorded-shell.ts';
import { CUSTOMER, finishedReconcile, finishedRun, RUN_ID } from './sample-answers.ts';

let control: LoopbackControl;
beforeAll(async () => {
  control = await startLoopbackControl();
});
afterAll(() => control.stop());
beforeEach(() => {
  control.requests.length = 0;
});
const local = (line: string) => connector([...line.split(' '), '--local', '--port', control.port]);
const other = CUSTOMER.replace('3f', '4f');

describe('run show --failed', () => {
  const pages = () =>
    control.answers(
      'run.entries',
      { entries: [{ id: CUSTOMER, entry: '1/7' }], next: '1/7' },
      { entries: [{ id: other, entry: '2/0' }] },
    );
  beforeEach(() => {
    control.answers('run.show', finishedRun({ entries: { ...finishedRun().entries, failed: 2 } }));
  });

  test('lists the failed customers of all pages', async () => {
    pages();
    const { exitCode, out } = await local(`run show ${RUN_ID} --failed`);
    expect(exitCode).toBe(0);
    expect(out).toContain(`2 customers failed. "connector explain ID" shows why.
  customer                              page/entry
  ------------------------------------  ----------
  ${CUSTOMER}  1/7
  ${other}  2/0`);
    expect(control.requests.slice(1).map(({ input }) => input)).toEqual([
      { runId: RUN_ID, outcome: 'failed', limit: 1_000 },
      { runId: RUN_ID, outcome: 'failed', limit: 1_000, cursor: '1/7' },
    ]);
  });

  test('is part of the JSON of the run, and reports no failure', async () => {
    pages();
    const answer = (await local(`run show ${RUN_ID} --failed --json`)).json() as { failedEntries: object[] };
    expect(answer.failedEntries).toHaveLength(2);
    control.answers('run.entries', { entries: [] });
    expect((await local(`run show ${RUN_ID} --failed`)).out).toContain('No customer failed.');
  });
});

describe('run start ids --wait', () => {
  test('names the customers that are not in commercetools, and is a problem', async () => {
    control.answers('run.start', finishedRun({ mode: 'ids', classes: { failed: 1 } }));
    control.answers('run.report', {
      differences: [{ id: other, class: 'failed', code: 'NOT_AT_SOURCE' }],
    });
    const line = `run start ids --ids ${CUSTOMER},${other} --wait`;
    const { exitCode, out } = await local(line);
    expect(exitCode).toBe(1);
    expect(out).toContain(`\n  not in commercetools: ${other}\n`);
    expect((await local(`${line} --json`)).json()).toMatchObject({ notInCommercetools: [other] });
  });
});

describe('run reset', () => {
  test('names the deleted watermarks and what follows', async () => {
    control.answers('watermark.clear', { cleared: ['incremental', 'reconcile'] }, { cleared: [] });
    const { exitCode, out } = await local('run reset --handler order');
    expect({ exitCode, input: control.requests[0]?.input }).toEqual({
      exitCode: 0,
      input: { handler: 'order' },
    });
    expect(out).toContain(
      'Watermarks deleted: incremental, reconcile.\nThe next incremental run is a full one',
    );
    expect((await local('run reset')).out).toContain('There were no watermarks.');
  });
});

describe('reconcile', () => {
  const reconcile = async (changes: Partial<ShownRun>) => {
    control.answers('run.start', finishedReconcile(changes));
    control.answers('run.report', { differences: [] });
    return local('reconcile');
  };

  test('that failed or was cancelled does not claim that no customer differs', async () => {
    const { exitCode, out } = await reconcile({
      ...{ status: 'failed', reason: 'COMMERCETOOLS_401' },
      ...{ stage: 'source', listed: 0, classes: {} },
    });
    expect(exitCode).toBe(1);
    expect(out).toContain('Not all customers were compared.\n0 compared: none.');
    expect(out).toContain(
      '\nCOMMERCETOOLS_401: commercetools refused the credentials or scopes; see "connector doctor"\n',
    );
    expect(out).not.toContain('No customer differs');
    expect((await reconcile({})).out).toContain('No customer differs.');
  });

  test('shows in Prepare mode that repairs are recorded', async () => {
    expect((await reconcile({ note: 'It is recorded until `process`.' })).out).toContain(
      'It is recorded until "connector process".',
    );
  });
});

test('run list continues at a cursor, and refuses other values', async () => {
  control.answers('run.list', { runs: [] });
  const { out } = await local(`run list --cursor ${RUN_ID} --status failed`);
  expect(out).toContain('No run with status failed on this page.');
  expect(control.requests[0]?.input).toMatchObject({ cursor: RUN_ID, status: 'failed' });
  const { exitCode, err } = await local('run list --cursor banana');
  expect({ exitCode, requests: control.requests.length }).toEqual({ exitCode: 2, requests: 1 });
  expect(err).toContain('Expected the cursor');
});
