import { describe, expect, test } from 'vitest';
import { answer } from '../../../lambdas/control/answer.ts';
import { controlAnswer, operations } from '../../../lambdas/control/operations.ts';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { idOf } from '../../builders/notification.ts';

const broken = (error: unknown) => ({
  settings: {
    ...createControlBench().settings,
    intake: () => ({ read: () => Promise.reject(error), write: () => Promise.reject(error) }),
  },
});

describe('the door of the control function', () => {
  test.each([
    ['nothing', undefined],
    ['a text', 'status'],
    ['an operation that there is not', { operation: 'run.everything' }],
    ['a caller that is a sentence', { operation: 'status', caller: 'me and you' }],
  ])('refuses %s as invalid', async (_, request) => {
    const bench = createControlBench();
    const given = await answer(bench.ports, request);
    expect(given).toMatchObject({ ok: false, error: { kind: 'invalid', code: 'INVALID_INPUT' } });
    expect(controlAnswer.safeParse(given).success).toBe(true);
  });

  test('names every value that is wrong by its path, and repeats none', async () => {
    const bench = createControlBench();
    const given = await answer(bench.ports, {
      operation: 'run.start',
      input: { mode: 'everything', options: { ids: ['jane@example.com'] }, ratePerSecond: 0 },
    });
    expect(given).toMatchObject({
      ok: false,
      error: {
        violations: [{ path: 'mode' }, { path: 'options.ids.0' }, { path: 'ratePerSecond' }],
      },
    });
    expect(JSON.stringify(given)).not.toContain('jane');
  });

  test('answers what its schemas say, for every operation without an input', async () => {
    const bench = createControlBench();
    for (const operation of [
      'status',
      'queue.list',
      'schedule.list',
      'doctor',
      'subscription.show',
      'subscription.health',
      'subscription.create',
    ] as const) {
      const given = await bench.ask(operation, {});
      expect(given, operation).toMatchObject({ ok: true });
      if (given.ok) expect(operations[operation].output.safeParse(given.output).success).toBe(true);
    }
  });

  test.each([
    ['retry', 'unavailable'],
    ['ambiguous', 'unavailable'],
    ['configuration', 'forbidden'],
    ['permanent', 'internal'],
  ] as const)('a failure of class %s is answered as %s, with its code', async (failureClass, kind) => {
    const error = new ConnectorError({ failureClass, code: 'COMMERCETOOLS_401' }, 'commercetools: refused.');
    const bench = createControlBench(broken(error));
    const given = await bench.ask('status', {});
    expect(given).toMatchObject({ ok: false, error: { kind, code: 'COMMERCETOOLS_401' } });
    expect(bench.errors).toEqual([]);
  });

  test('a token that is refused tells which secret to look at', async () => {
    const refused = new ConnectorError(
      { failureClass: 'configuration', code: 'COMMERCETOOLS_401' },
      'commercetools: the token endpoint refused (401).',
    );
    const bench = createControlBench({
      lister: { ...createControlBench().lister, find: () => Promise.reject(refused) },
    });
    const given = await bench.ask('explain', { subject: { key: 'crm-7' } });
    expect(given).toMatchObject({ ok: false, error: { kind: 'forbidden', code: 'COMMERCETOOLS_401' } });
    if (!given.ok) expect(given.error.message).toContain('"commercetools.secret"');
  });

  test('an exception that nobody declared is answered without a word of it, and logged by its name', async () => {
    const bench = createControlBench(broken(new TypeError('jane@example.com is not a function')));
    const given = await bench.ask('status', {});
    expect(given).toMatchObject({ ok: false, error: { kind: 'internal', code: 'INTERNAL' } });
    expect(JSON.stringify([given, bench.actions])).not.toContain('jane');
    expect(bench.errors).toEqual([{ code: 'INTERNAL', errorName: 'TypeError', place: 'control status' }]);
  });
});

describe('the audit line', () => {
  test('says who did what to which, and how it ended', async () => {
    const bench = createControlBench();
    bench.have(1);
    await bench.ask('record.skip', { ids: [idOf(1)] });
    await bench.ask('queue.purge', { queue: 'ingest', confirm: 'route' });
    expect(bench.actions).toEqual([
      {
        operation: 'record.skip',
        caller: 'jo',
        about: { handler: 'customer', ids: [idOf(1)] },
        isLook: false,
        outcome: 'done',
        durationMs: 0,
      },
      {
        operation: 'queue.purge',
        caller: 'jo',
        about: { queue: 'ingest' },
        isLook: false,
        outcome: 'invalid',
        code: 'NOT_CONFIRMED',
        durationMs: 0,
      },
    ]);
  });

  test('tells a mere look from a change, and from a look at a person', async () => {
    const bench = createControlBench();
    await bench.ask('status', {});
    await bench.ask('explain', { subject: { id: idOf(1) } });
    await bench.ask('record.receipt', { id: idOf(1) });
    await bench.ask('handler.pause', {});
    expect(bench.actions.map(({ operation, isLook }) => [operation, isLook])).toEqual([
      ['status', true],
      ['explain', false],
      ['record.receipt', true],
      ['handler.pause', false],
    ]);
  });

  test('holds no e-mail, no key and no username, wherever somebody put one', async () => {
    const bench = createControlBench();
    await bench.ask('explain', { subject: { email: 'jane@example.com' }, values: 'plain' });
    await bench.ask('explain', { subject: { key: 'Jane-Doe' } });
    await bench.ask('record.link', { id: idOf(1), ref: 'jane@example.com' });
    await bench.ask('failure.items', { group: 'jane@example.com' });
    await bench.ask('queue.redrive', { queue: 'jane@example.com' });
    expect(bench.actions).toHaveLength(5);
    expect(JSON.stringify(bench.actions).toLowerCase()).not.toContain('jane');
    expect(bench.actions[0]?.about).toEqual({ handler: 'customer', values: 'plain' });
  });
});
