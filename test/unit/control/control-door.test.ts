import { describe, expect, test } from 'vitest';
import { answer } from '../../../lambdas/control/answer.ts';
import { controlAnswer, type OperationName, operations } from '../../../lambdas/control/api/control-api.ts';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { idOf } from '../../builders/notification.ts';

const names = Object.keys(operations) as OperationName[];

const broken = (error: unknown) => ({
  settings: {
    ...createControlBench().settings,
    intake: () => ({ read: () => Promise.reject(error), write: () => Promise.reject(error) }),
  },
});

describe('the control function', () => {
  test.each([
    ['nothing', undefined],
    ['a text', 'status'],
    ['an unknown operation', { operation: 'run.everything' }],
    ['a caller that is a sentence', { operation: 'status', caller: 'me and you' }],
  ])('refuses %s as invalid', async (_, request) => {
    const bench = createControlBench();
    const given = await answer(bench.ports, request);
    expect(given).toMatchObject({ ok: false, error: { kind: 'invalid', code: 'INVALID_INPUT' } });
    expect(controlAnswer.safeParse(given).success).toBe(true);
  });

  test('names every wrong value by its path, and repeats none', async () => {
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

  test('answers according to its schema, for every operation without an input', async () => {
    const bench = createControlBench();
    const reads = names.filter((name) => {
      const { effect, input } = operations[name];
      return effect === 'read' && input.safeParse({}).success;
    });
    expect(reads).toEqual(expect.arrayContaining(['status', 'queue.list', 'schedule.list', 'doctor']));
    expect(reads).toEqual(expect.arrayContaining(['subscription.show', 'subscription.health']));
    for (const operation of [...reads, 'subscription.create' as const]) {
      const given = await bench.ask(operation, {} as never);
      expect(given, operation).toMatchObject({ ok: true });
      if (given.ok) expect(operations[operation].output.safeParse(given.output).success).toBe(true);
    }
  });

  test.each([
    ['retry', 'unavailable'],
    ['ambiguous', 'unavailable'],
    ['configuration', 'forbidden'],
    ['permanent', 'internal'],
  ] as const)('answers a failure of class %s as %s, with its code', async (failureClass, kind) => {
    const error = new ConnectorError({ failureClass, code: 'COMMERCETOOLS_401' }, 'commercetools: refused.');
    const bench = createControlBench(broken(error));
    const given = await bench.ask('status', {});
    expect(given).toMatchObject({ ok: false, error: { kind, code: 'COMMERCETOOLS_401' } });
    expect(bench.errors).toEqual([]);
  });

  test('names the secret to check when a token is refused', async () => {
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

  test('does not pass on the message of a bug, and logs only its name', async () => {
    const bench = createControlBench(broken(new TypeError('jane@example.com is not a function')));
    const given = await bench.ask('status', {});
    expect(given).toMatchObject({ ok: false, error: { kind: 'internal', code: 'INTERNAL' } });
    expect(JSON.stringify([given, bench.actions])).not.toContain('jane');
    expect(bench.errors).toEqual([{ code: 'INTERNAL', errorName: 'TypeError', place: 'control status' }]);
  });
});

describe('the audit line', () => {
  test('says who did what, on which customer or queue, and the result', async () => {
    const bench = createControlBench();
    bench.have(1);
    await bench.ask('record.skip', { ids: [idOf(1)] });
    await bench.ask('queue.purge', { queue: 'ingest', confirm: 'route' });
    expect(bench.actions).toEqual([
      {
        operation: 'record.skip',
        caller: 'jo',
        about: { handler: 'customer', ids: [idOf(1)] },
        isRead: false,
        outcome: 'done',
        durationMs: 0,
      },
      {
        operation: 'queue.purge',
        caller: 'jo',
        about: { queue: 'ingest' },
        isRead: false,
        outcome: 'invalid',
        code: 'NOT_CONFIRMED',
        durationMs: 0,
      },
    ]);
  });

  test('distinguishes reads from changes, and from reads that show personal data', async () => {
    const bench = createControlBench();
    await bench.ask('status', {});
    await bench.ask('explain', { subject: { id: idOf(1) } });
    await bench.ask('record.receipt', { id: idOf(1) });
    await bench.ask('handler.pause', {});
    expect(bench.actions.map(({ operation, isRead }) => [operation, isRead])).toEqual([
      ['status', true],
      ['explain', false],
      ['record.receipt', true],
      ['handler.pause', false],
    ]);
  });

  test('is defined without the fields that hold an e-mail, a key or a username', () => {
    const personal = ['subject', 'subject.email', 'subject.key', 'username', 'confirm'];
    const audited = names.flatMap((name): readonly string[] => operations[name].audited ?? []);
    expect(audited.filter((field) => personal.includes(field))).toEqual([]);
    expect(audited).toEqual(expect.arrayContaining(['subject.id', 'handler', 'runId', 'queue']));
  });

  test('of a change names the handler, the run or the queue that was changed', () => {
    const places = ['handler', 'runId', 'queue'];
    const silent = names.filter((name) => {
      const { effect, input, audited = [] } = operations[name];
      const place = places.find((each) => Object.keys(input.shape).includes(each));
      return effect === 'change' && place !== undefined && !(audited as string[]).includes(place);
    });
    expect(silent).toEqual([]);
  });

  test('has no e-mail, key or username, whatever field an operator puts one into', async () => {
    const bench = createControlBench();
    await bench.ask('explain', { subject: { email: 'jane@example.com' }, values: 'plain' });
    await bench.ask('explain', { subject: { key: 'Jane-Doe' } });
    await bench.ask('record.link', { id: idOf(1), username: 'jane@example.com' });
    await bench.ask('failure.items', { group: 'jane@example.com' });
    await bench.ask('queue.redrive', { queue: 'jane@example.com' });
    expect(bench.actions).toHaveLength(5);
    expect(JSON.stringify(bench.actions).toLowerCase()).not.toContain('jane');
    expect(bench.actions[0]?.about).toEqual({ handler: 'customer', values: 'plain' });
  });
});
