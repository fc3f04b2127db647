import { deployStack, host, type JsonObject } from '@fluent-connector/local-aws';
import { demoProject } from '@fluent-connector/twins/commercetools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { ControlRefusal } from '../../local/connector/embedded-control.ts';
import { synthesize } from '../../local/connector/synthesize.ts';
import { createShop } from '../../local/demo/shop.ts';

const pollOptions = { timeout: 180_000 };

describe('the embedded connector', () => {
  let connector: EmbeddedConnector;
  beforeAll(async () => {
    connector = await startEmbeddedConnector({ ports: { commercetools: 0, fluent: 0, aws: 0 } });
    await connector.commercetools.seed(demoProject);
    // The caretaker runs only when a test starts a pass.
    await call('events', 'DisableRule', { Name: physical(/^CareEveryMinute[0-9A-F]{8}$/) });
  });
  afterAll(() => connector?.stop());

  const call = (service: string, operation: string, input: JsonObject) =>
    connector.aws.gateway.call({ service, operation, input, caller: host });
  const physical = (logicalId: RegExp) =>
    [...connector.stack.resources].find(([id]) => logicalId.test(id))?.[1].physicalId ?? '';
  const mapping = () =>
    call('lambda', 'GetEventSourceMapping', { UUID: physical(/^HandlercustomerHandlerMapping/) });
  const rule = () => {
    const [EventBusName = '', Name = ''] = physical(/^CommercetoolsRule[0-9A-F]{8}$/).split('|');
    return { EventBusName, Name };
  };

  test('answers operations of an operator, checked by the schemas of both sides', async () => {
    expect(await connector.control('status', {})).toMatchObject({
      stage: 'local',
      intake: { isIntakeEnabled: true },
      handlers: [{ handler: 'customer', state: 'running', isConsuming: true }],
    });
    const { checks } = await connector.control('doctor', {});
    expect(checks.filter(({ status }) => status === 'problem')).toEqual([]);
  });

  test('throws a refusal with its kind and code', async () => {
    const unknown = { runId: '00000000-0000-7000-8000-000000000000' };
    const refusal = await connector.control('run.show', unknown).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ControlRefusal);
    expect(refusal).toMatchObject({ kind: 'not-found' });
  });

  test('feeds a run, and finishes it when every entry has an outcome', async () => {
    const shop = createShop(connector.commercetools);
    for (const name of ['a', 'b', 'c']) await shop.create({ email: `${name}@example.com`, firstName: name });
    expect(await connector.quiet(180_000)).toBe(0);
    const { id } = await connector.control('run.start', { mode: 'full' });
    await expect
      .poll(async () => (await connector.control('run.show', { runId: id })).status, pollOptions)
      .toBe('finished');
    expect(await connector.control('run.show', { runId: id })).toMatchObject({
      planned: 3,
      entries: { pending: 0, failed: 0 },
    });
  });

  test('counts as quiet while a run only waits', async () => {
    await connector.control('handler.pause', {});
    expect(await connector.quiet(10_000)).toBe(0);
    await call('sqs', 'SendMessage', {
      QueueUrl: physical(/^RunsTicksQueue[0-9A-F]{8}$/),
      MessageBody: JSON.stringify({ runId: 'put-off' }),
      DelaySeconds: 600,
    });
    expect(await connector.waiting()).toBe(0);
    await connector.control('handler.resume', {});
  });

  test('the caretaker restores switches that a deployment has changed', async () => {
    await call('lambda', 'UpdateEventSourceMapping', {
      UUID: String((await mapping())['UUID']),
      Enabled: false,
    });
    await call('events', 'DisableRule', rule());
    await expect.poll(async () => (await mapping())['State'], pollOptions).toBe('Disabled');
    await connector.tickCaretaker();
    await expect.poll(async () => (await mapping())['State'], pollOptions).toBe('Enabled');
    expect(await call('events', 'DescribeRule', rule())).toMatchObject({ State: 'ENABLED' });
  });

  test('a second deployment changes neither resources nor switches', async () => {
    await connector.control('handler.pause', {});
    await connector.control('intake.stop', {});
    await expect.poll(async () => (await mapping())['State'], pollOptions).toBe('Disabled');
    const { gateway } = connector.aws;
    const again = await deployStack({
      assembly: await synthesize('local'),
      stackName: 'commercetools-fluent-local',
      gateway,
      previous: connector.stack,
    });
    expect([...again.resources.keys()]).toEqual([...connector.stack.resources.keys()]);
    expect(await mapping()).toMatchObject({ State: 'Disabled' });
    expect(await call('events', 'DescribeRule', rule())).toMatchObject({ State: 'DISABLED' });
    await connector.control('intake.start', {});
    await connector.control('handler.resume', {});
  });

  test('no call of these tests was denied', () => {
    expect(connector.aws.gateway.policyReport().denied).toEqual([]);
  });
});
