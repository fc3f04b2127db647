import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rulesOf } from '../../../lambdas/control/rules-of.ts';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { createMemoryFlowRules } from '../../fakes/memory-flow-rules.ts';
import { createMemoryHandlerFunctions } from '../../fakes/memory-handler-functions.ts';

type Bench = ReturnType<typeof createControlBench>;

describe('status', () => {
  test('of a connector that nobody touched', async () => {
    const bench = createControlBench();
    expect(await bench.done('status', {})).toMatchObject({
      stage: 'test',
      projectKey: 'local',
      intake: { isIntakeEnabled: true },
      handlers: [{ handler: 'customer', state: 'running', mode: 'process', isConsuming: true, failures: 0 }],
      subscription: { status: 'Unknown' },
    });
  });

  test('shows the last run of each mode, what failed, what waits and how far the source was seen', async () => {
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

  test('says what a credential or a permission was refused with lately, and how much came back', async () => {
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

  test('counts what was lost: gaps that nothing filled, and what a reconcile had to repair', async () => {
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

  test('finds nothing on a connector that is well', async () => {
    const bench = createControlBench();
    bench.have(1, 2);
    expect(await problems(bench)).toEqual([]);
    expect((await found(bench))['commercetools lets "customer" list its resources']).toEqual({
      status: 'ok',
      detail: '2 customers in local.',
    });
  });

  test('tells of each problem what is wrong and how to mend it', async () => {
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
      'problem: commercetools lets "customer" list its resources',
      'problem: Fluent lets "customer" in',
      'problem: The queue of "customer" is taken from as it is meant to be',
      'unknown: The subscription stands, and its event source is ACTIVE',
      'unknown: commercetools delivers to the subscription',
      'problem: The rule of the partner bus hands changes on',
      'problem: "ingest/dead-letters" is empty',
    ]);
    expect(checks.every(({ fix }) => (fix?.length ?? 0) > 10)).toBe(true);
  });

  test.each([
    ['FLUENT_401', 'It refused: FLUENT_401.', /secret "fluent\.secret"/],
    ['C0020E', 'It refused: C0020E.', /secret "fluent\.secret"/],
    ['FLUENT_503', 'It does not answer as it should: FLUENT_503.', /^Fluent is down/],
    ['FLUENT_NO_ANSWER', 'It does not answer as it should: FLUENT_NO_ANSWER.', /^Fluent is down/],
  ])('a Fluent that answers %s is a matter of its secret or an outage', async (code, detail, fix) => {
    const handlerFunctions = createMemoryHandlerFunctions({
      probe: () => ({ isUp: false, code, latencyMs: 1 }),
    });
    const [check] = await problems(createControlBench({ handlerFunctions }));
    expect(check).toMatchObject({ detail, fix: expect.stringMatching(fix) });
  });

  test('what is wrong with the subscription is one problem, with the advice that helps', async () => {
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
      { status: 'unknown', detail: 'There is no subscription.' },
    ]);
    const pending = subscribed(
      { status: 'Unhealthy', detail: 'EventSourcePending', sourceState: 'PENDING' },
      { exists: true, key: 'connector', resourceTypes: [], source: 'a', sourceState: 'PENDING' },
    );
    expect((await problems(pending)).map(({ status }) => status)).toEqual(['problem', 'unknown']);
  });

  test('a queue that does not let its rule send is named, and what nobody can judge is unknown', async () => {
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
      well: { arn, queues: [open] },
      ill: { arn, queues: [open, shut] },
      odd: { arn, queues: [strange] },
      bare: { arn, queues: [] },
    });
    const named = (name: string) => `The queues behind the rule "${name}" let it send`;
    const bench = createControlBench({ rules });
    expect(await problems(bench)).toMatchObject([
      { check: named('ill'), status: 'problem', detail: expect.stringMatching(/policy of shut: .*lost/) },
      { check: named('odd'), status: 'unknown', detail: expect.stringContaining('strange') },
      {
        check: named('bare'),
        status: 'problem',
        fix: expect.stringContaining('"bare-failed" in docs/runbook.md'),
      },
    ]);
    expect((await found(bench))[named('well')]).toEqual({ status: 'ok', detail: '1 lets it.' });
  });

  test('the runbook goes on where doctor sends people for a rule', () => {
    const names = Object.keys(
      rulesOf({ partner: 'arn:aws:events:x:1:rule/b/r', internal: 'b|r', everyMinute: 'r' }),
    );
    const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
    expect(names.filter((name) => !runbook.includes(`\n## ${name}-failed\n`))).toEqual([]);
  });

  test('an outage of commercetools says nothing about the subscription', async () => {
    const down = new ConnectorError({ failureClass: 'ambiguous', code: 'COMMERCETOOLS_503' }, 'Down.');
    const bench = createControlBench({ subscription: { ask: () => Promise.reject(down) } });
    expect((await problems(bench)).map(({ status }) => status)).toEqual(['unknown', 'unknown']);
  });

  test('a subscription that is missing, ill or without an active event source is a problem each', async () => {
    const answers = {
      show: { exists: false, key: 'connector', resourceTypes: [] as string[] },
      health: { status: 'Unhealthy' as const, detail: 'ConfigurationErrorDeliveryStopped' },
      create: { done: true as const },
      delete: { done: true as const },
    };
    const bench = createControlBench({ subscription: { ask: async (request) => answers[request] as never } });
    const [missing, ill] = await problems(bench);
    expect(missing?.detail).toBe('There is no subscription "connector".');
    expect(ill?.detail).toBe('Unhealthy (ConfigurationErrorDeliveryStopped).');
    const states = [
      ['PENDING', 'no event bus is associated'],
      ['DELETED', 'commercetools took it back'],
      ['MISSING', 'EventBridge does not know'],
      [undefined, 'leads elsewhere'],
    ] as const;
    for (const [sourceState, words] of states) {
      answers.show = { ...answers.show, exists: true, source: 'aws.partner/x', sourceState } as never;
      const [found] = await problems(bench);
      expect(found?.detail).toContain(words);
      expect(found?.fix).toContain('subscription');
    }
  });

  test('a pause and a stop are said, for somebody may have forgotten them', async () => {
    const bench = createControlBench();
    await bench.done('handler.pause', {});
    await bench.done('intake.stop', {});
    const details = (await problems(bench)).map(({ detail }) => detail);
    expect(details).toEqual(['It is paused.', 'Real-time sync was stopped by jo.']);
  });

  test('a run without a sign of life is named', async () => {
    const bench = createControlBench();
    const { id } = await bench.done('run.start', { mode: 'full' });
    bench.time.now += 3_600_000;
    const [stuck] = await problems(bench);
    expect(stuck).toMatchObject({ check: 'Open runs go on', detail: expect.stringContaining(id) });
  });
});

describe('the subscription', () => {
  test('is deleted only if its key is repeated', async () => {
    const asked: string[] = [];
    const own = createControlBench();
    const bench = createControlBench({
      subscription: {
        ask: async (request) => {
          asked.push(request);
          return own.ports.subscription.ask(request);
        },
      },
    });
    expect(await bench.refusal('subscription.delete', { confirm: 'conector' })).toBe('invalid NOT_CONFIRMED');
    expect(asked).toEqual([]);
    expect(await bench.done('subscription.delete', { confirm: 'connector' })).toMatchObject({ done: true });
    expect(asked).toEqual(['delete']);
  });
});
