import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rulesOf } from '../../../lambdas/control/rules-of.ts';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { createMemoryFlowRules } from '../../fakes/memory-flow-rules.ts';
import { createMemoryHandlerFunctions } from '../../fakes/memory-handler-functions.ts';

type Bench = ReturnType<typeof createControlBench>;

describe('status', () => {
  test('shows a new connector', async () => {
    const bench = createControlBench();
    expect(await bench.done('status', {})).toMatchObject({
      stage: 'test',
      projectKey: 'local',
      intake: { isIntakeEnabled: true },
      handlers: [{ handler: 'customer', state: 'running', mode: 'process', isConsuming: true, failures: 0 }],
      subscription: { status: 'Unknown' },
    });
  });

  test('shows the last run of each mode, failures, recorded changes and watermarks', async () => {
    const bench = createControlBench();
    for (const mode of ['full', 'full', 'reconcile'] as const) {
      bench.time.now += 1_000;
      const { id } = await bench.done('run.start', { mode });
      await bench.done('run.cancel', { runId: id });
    }
    await bench.fail(1);
    await bench.fail(2);
    await bench.pending.record(bench.keyOf(3), { version: 2, kind: 'UPSERT' });
    await bench.settings.watermark('reconcile', 'customer').write({ until: 42, runId: 'r', at: 43 }, 0);
    const [handler] = (await bench.done('status', {})).handlers;
    expect(handler).toMatchObject({ failures: 2, pending: 1, watermarks: { reconcile: 42 } });
    expect(handler?.lastRuns.map(({ mode, createdAt }) => [mode, createdAt])).toEqual([
      ['reconcile', bench.time.now],
      ['full', bench.time.now - 1_000],
    ]);
  });

  test('shows a recently refused credential or permission, and the retries of the last hour', async () => {
    const bench = createControlBench();
    const at = bench.time.now - 3_600_000;
    await bench.switchTo({ trouble: { code: 'C0020E', at } });
    bench.measured.sums = { Retried: 12, ConfigurationErrors: 3 };
    const [handler] = (await bench.done('status', {})).handlers;
    expect(handler).toMatchObject({
      trouble: { code: 'C0020E', at, meaning: expect.stringContaining('CUSTOMER_UPDATE') },
      lastHour: { retried: 12, configurationErrors: 3 },
    });
    bench.time.now++;
    bench.measured.sums = undefined;
    const [later] = (await bench.done('status', {})).handlers;
    expect(later).not.toHaveProperty('trouble');
    expect(later).not.toHaveProperty('lastHour');
  });

  test('counts lost events: unfilled version gaps, and repairs by a reconcile', async () => {
    const bench = createControlBench();
    expect(await bench.done('status', {})).not.toHaveProperty('lostEvents');
    bench.measured.sums = { Received: 990, VersionGaps: 8, LateArrivals: 3, Repaired: 5 };
    expect((await bench.done('status', {})).lostEvents).toEqual({
      received: 990,
      gaps: 8,
      lateArrivals: 3,
      repaired: 5,
      rate: 0.01,
    });
    bench.measured.sums = {};
    expect((await bench.done('status', {})).lostEvents).toMatchObject({ received: 0, rate: 0 });
  });
});

describe('doctor', () => {
  const found = async (bench: Bench) =>
    Object.fromEntries((await bench.done('doctor', {})).checks.map(({ check, ...rest }) => [check, rest]));
  const problems = async (bench: Bench) =>
    (await bench.done('doctor', {})).checks.filter(({ status }) => status !== 'ok');

  test('finds no problem on a healthy connector', async () => {
    const bench = createControlBench();
    bench.have(1, 2);
    expect(await problems(bench)).toEqual([]);
    expect((await found(bench))['commercetools: handler "customer" can list its resources']).toEqual({
      status: 'ok',
      detail: '2 customers in local.',
    });
  });

  test('says for each problem what is wrong and how to fix it', async () => {
    const own = createControlBench();
    const refused = new ConnectorError(
      { failureClass: 'configuration', code: 'COMMERCETOOLS_403' },
      'Refused.',
    );
    const silent = new ConnectorError({ failureClass: 'retry', code: 'SUBSCRIPTION_UNREACHABLE' }, 'Silent.');
    const bench = createControlBench({
      lister: { ...own.lister, count: () => Promise.reject(refused) },
      handlerFunctions: createMemoryHandlerFunctions({
        probe: () => ({ isUp: false, code: 'FLUENT_401', latencyMs: 1 }),
      }),
      subscription: { ask: () => Promise.reject(silent) },
    });
    bench.queueAdmin.put('ingest/dead-letters', 'a');
    await bench.switches.setIntake(false);
    await bench.switches.setConsuming('customer', false);
    const checks = await problems(bench);
    expect(checks.map(({ check, status }) => `${status}: ${check}`)).toEqual([
      'problem: commercetools: handler "customer" can list its resources',
      'problem: Fluent: handler "customer" can log in',
      'problem: Handler "customer" consumes its queue',
      'unknown: The subscription exists, and its event source is ACTIVE',
      'unknown: commercetools delivers to the subscription',
      'problem: Real-time sync is on',
      'problem: Dead-letter queue ingest',
    ]);
    expect(checks.every(({ fix }) => (fix?.length ?? 0) > 10)).toBe(true);
    expect(checks.at(-1)).toMatchObject({
      detail: '1 message (expected 0).',
      fix: expect.stringContaining('connector redrive ingest/dead-letters'),
    });
  });

  test.each([
    ['FLUENT_401', 'Fluent refused the login: FLUENT_401.', /secret "fluent\.secret"/],
    ['C0020E', 'Fluent refused the login: C0020E.', /secret "fluent\.secret"/],
    ['FLUENT_503', 'Fluent does not answer correctly: FLUENT_503.', /^Fluent is down/],
    ['FLUENT_NO_ANSWER', 'Fluent does not answer correctly: FLUENT_NO_ANSWER.', /^Fluent is down/],
  ])('takes the code %s of Fluent for a wrong secret or an outage', async (code, detail, fix) => {
    const handlerFunctions = createMemoryHandlerFunctions({
      probe: () => ({ isUp: false, code, latencyMs: 1 }),
    });
    const [check] = await problems(createControlBench({ handlerFunctions }));
    expect(check).toMatchObject({ detail, fix: expect.stringMatching(fix) });
  });

  test('reports a broken subscription as one problem, with the fix', async () => {
    const subscribed = (health: object, show: object) =>
      createControlBench({
        subscription: { ask: async (request) => (request === 'health' ? health : show) as never },
      });
    const missing = subscribed(
      { status: 'Unhealthy', detail: 'Missing' },
      { exists: false, key: 'connector', resourceTypes: [] },
    );
    expect(await problems(missing)).toMatchObject([
      { status: 'problem', fix: expect.stringMatching(/another commercetools\.subscriptionKey/) },
      { status: 'unknown', detail: 'The subscription does not exist.' },
    ]);
    const pending = subscribed(
      { status: 'Unhealthy', detail: 'EventSourcePending', sourceState: 'PENDING' },
      { exists: true, key: 'connector', resourceTypes: [], source: 'a', sourceState: 'PENDING' },
    );
    expect((await problems(pending)).map(({ status }) => status)).toEqual(['problem', 'unknown']);
  });

  test('names a queue whose policy does not allow its rule, and calls an unclear policy unknown', async () => {
    const arn = 'arn:aws:events:eu-central-1:111122223333:rule/minute';
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
    };
    const open = {
      name: 'open',
      arn: 'arn:aws:sqs:::open',
      policy: JSON.stringify({ Statement: statement }),
    };
    const shut = { name: 'shut', arn: 'arn:aws:sqs:::shut' };
    const strange = { name: 'strange', arn: 'arn:aws:sqs:::strange', policy: '{}' };
    const rules = createMemoryFlowRules({
      allowed: { arn, queues: [open] },
      refused: { arn, queues: [open, shut] },
      unclear: { arn, queues: [strange] },
      bare: { arn, queues: [] },
    });
    const named = (name: string) => `Rule "${name}" may send to its queues`;
    const bench = createControlBench({ rules });
    expect(await problems(bench)).toMatchObject([
      {
        check: named('refused'),
        status: 'problem',
        detail: expect.stringMatching(/policy of shut does not allow it.*lost/),
      },
      { check: named('unclear'), status: 'unknown', detail: expect.stringContaining('strange') },
      {
        check: named('bare'),
        status: 'problem',
        fix: expect.stringContaining('"bare-failed" in docs/runbook.md'),
      },
    ]);
    expect((await found(bench))[named('allowed')]).toEqual({ status: 'ok', detail: 'Allowed by 1 queue.' });
  });

  test('sends operators to a section of the runbook that exists', () => {
    const names = Object.keys(
      rulesOf({ partner: 'arn:aws:events:x:1:rule/b/r', internal: 'b|r', everyMinute: 'r' }),
    );
    const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
    expect(names.filter((name) => !runbook.includes(`\n## ${name}-failed\n`))).toEqual([]);
  });

  test('does not take an outage of commercetools for a problem of the subscription', async () => {
    const down = new ConnectorError({ failureClass: 'ambiguous', code: 'COMMERCETOOLS_503' }, 'Down.');
    const bench = createControlBench({ subscription: { ask: () => Promise.reject(down) } });
    expect((await problems(bench)).map(({ status }) => status)).toEqual(['unknown', 'unknown']);
  });

  test('reports a subscription that is missing, unhealthy or without an active event source', async () => {
    const answers = {
      show: { exists: false, key: 'connector', resourceTypes: [] as string[] },
      health: { status: 'Unhealthy' as const, detail: 'ConfigurationErrorDeliveryStopped' },
      create: { done: true as const },
      delete: { done: true as const },
    };
    const bench = createControlBench({ subscription: { ask: async (request) => answers[request] as never } });
    const [missing, unhealthy] = await problems(bench);
    expect(missing?.detail).toBe('Subscription "connector" does not exist.');
    expect(unhealthy?.detail).toBe('Unhealthy (ConfigurationErrorDeliveryStopped).');
    const states = [
      ['PENDING', 'no event bus is associated'],
      ['DELETED', 'commercetools removed it'],
      ['MISSING', 'EventBridge does not know'],
      [undefined, 'sends to another destination'],
    ] as const;
    for (const [sourceState, text] of states) {
      answers.show = { ...answers.show, exists: true, source: 'aws.partner/x', sourceState } as never;
      const [found] = await problems(bench);
      expect(found?.detail).toContain(text);
      expect(found?.fix).toContain('subscription');
    }
  });

  test('reports a pause and a stop, because they may have been forgotten', async () => {
    const bench = createControlBench();
    await bench.done('handler.pause', {});
    await bench.done('intake.stop', {});
    const details = (await problems(bench)).map(({ detail }) => detail);
    expect(details).toEqual(['The handler is paused.', 'Real-time sync was stopped by jo.']);
  });

  test('names a run that makes no progress', async () => {
    const bench = createControlBench();
    const { id } = await bench.done('run.start', { mode: 'full' });
    bench.time.now += 3_600_000;
    const [stuck] = await problems(bench);
    expect(stuck).toMatchObject({ check: 'Open runs make progress', detail: expect.stringContaining(id) });
  });
});

describe('the subscription', () => {
  test('is deleted only if its key is repeated', async () => {
    const requests: string[] = [];
    const own = createControlBench();
    const bench = createControlBench({
      subscription: {
        ask: async (request) => {
          requests.push(request);
          return own.ports.subscription.ask(request);
        },
      },
    });
    expect(await bench.refusal('subscription.delete', { confirm: 'conector' })).toBe('invalid NOT_CONFIRMED');
    expect(requests).toEqual([]);
    expect(await bench.done('subscription.delete', { confirm: 'connector' })).toMatchObject({ done: true });
    expect(requests).toEqual(['delete']);
  });
});
