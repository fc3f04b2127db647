import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Control, ControlRefusal } from '../../local/connector/embedded-control.ts';
import { reconcileRepeatedly } from '../../local/source-by-reconcile.ts';
import { NOW } from './recorded-shell.ts';
import { finishedReconcile } from './sample-answers.ts';

const MINUTE = 60_000;

/** The first three starts of a source, ten seconds apart. Each run ends as given; the last result repeats. */
async function startsOf(results: (() => ReturnType<typeof finishedReconcile>)[], since?: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const inputs: object[] = [];
  const lines: string[] = [];
  const third = Promise.withResolvers<void>();
  const control = (async (_operation: string, input: object) => {
    inputs.push(input);
    if (inputs.length === 3) third.resolve();
    vi.setSystemTime(Date.now() + 10_000);
    return (results.length > 1 ? results.shift() : results[0])?.();
  }) as Control;
  const stop = reconcileRepeatedly({ control, since, print: (line) => lines.push(line), everyMs: 10_000 });
  await third.promise;
  await stop();
  return { inputs, lines };
}
afterEach(() => vi.useRealTimers());

const succeeded = () => finishedReconcile({ planned: 0 });
const refused = (code: string) => () => {
  throw new ControlRefusal({ kind: 'conflict', code, message: 'Not now.' });
};
const repair = { compare: 'versions', repair: ['source-ahead', 'missing'] };
const from = (milliseconds: number) => ({
  mode: 'reconcile',
  options: { ...repair, from: new Date(milliseconds).toISOString() },
});
const everything = { mode: 'reconcile', options: repair };

describe('a reconcile as the source', () => {
  test('goes over everything once, then over what was modified since, with ten minutes of overlap', async () => {
    const { inputs, lines } = await startsOf([succeeded]);
    expect(inputs).toEqual([everything, from(NOW - 10 * MINUTE), from(NOW + 10_000 - 10 * MINUTE)]);
    expect(lines).toEqual([]);
  });
  test('skips what is older than its limit', async () => {
    const { inputs } = await startsOf([succeeded], NOW - MINUTE);
    expect(inputs).toEqual([from(NOW - MINUTE), from(NOW - MINUTE), from(NOW - MINUTE)]);
  });
  test('keeps its window until a run succeeds', async () => {
    const failed = () => finishedReconcile({ status: 'failed', listed: 1 });
    const { inputs, lines } = await startsOf([failed, succeeded]);
    expect(inputs).toEqual([everything, everything, from(NOW + 10_000 - 10 * MINUTE)]);
    expect(lines).toEqual([
      `reconcile: the run failed. INTERNAL: a bug in the connector; search the log of the run feeder for the run's id. It is tried again`,
    ]);
  });
  test('says once why every run fails, and what to do', async () => {
    const { lines } = await startsOf([
      () => finishedReconcile({ status: 'failed', reason: 'COMMERCETOOLS_401' }),
    ]);
    expect(lines).toEqual([
      'reconcile: the run failed. COMMERCETOOLS_401: commercetools refused the credentials or scopes; see "connector doctor --env-file FILE". It is tried again',
    ]);
  });
  test('says nothing of a run that an operator started, and a problem once', async () => {
    expect((await startsOf([refused('RUN_BUSY')])).lines).toEqual([]);
    expect((await startsOf([refused('HANDLER_PAUSED')])).lines).toEqual([
      'reconcile: HANDLER_PAUSED: Not now.',
    ]);
  });
});
