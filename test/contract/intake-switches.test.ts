import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AwsIntakeSwitchesOptions,
  createAwsIntakeSwitches,
} from '../../lambdas/adapters/aws/aws-intake-switches.ts';
import type { IntakeSwitches } from '../../lambdas/core/operations/ports/intake-switches.ts';
import {
  arnOfQueue,
  mayConsume,
  startTestAccount,
  type TestAccount,
} from '../../packages/local-aws/test/test-account.ts';
import { type RawServer, startRawServer } from '../builders/raw-server.ts';
import { createMemoryIntakeSwitches } from '../fakes/memory-intake-switches.ts';

interface Bench {
  readonly switches: IntakeSwitches;
  /** At most this many invocations at once. */
  concurrency(): Promise<number>;
  replays(): Promise<number>;
}

/** What both switches do, in memory and on AWS. */
function describeIntakeSwitches(name: string, connect: () => Bench) {
  describe(name, () => {
    let bench: Bench;
    beforeEach(() => {
      bench = connect();
    });

    test('a handler consumes until its switch is off, and again when it is on', async () => {
      const { switches } = bench;
      expect(await switches.isConsuming('customer')).toBe(true);
      await switches.setConsuming('customer', false);
      expect(await switches.isConsuming('customer')).toBe(false);
      await switches.setConsuming('customer', false);
      expect(await switches.isConsuming('customer')).toBe(false);
      await switches.setConsuming('customer', true);
      expect(await switches.isConsuming('customer')).toBe(true);
    });

    test('runs at the least concurrency after a recovery, and at full concurrency afterwards', async () => {
      const { switches } = bench;
      await switches.setConsuming('customer', false);
      await switches.setConsuming('customer', true, true);
      expect(await bench.concurrency()).toBe(2);
      await switches.setConsuming('customer', true);
      expect(await bench.concurrency()).toBe(7);
    });

    test('an interruption at least concurrency does not outlive the next start', async () => {
      const { switches } = bench;
      await switches.setConsuming('customer', true, true);
      await switches.setConsuming('customer', false);
      await switches.setConsuming('customer', true);
      expect(await bench.concurrency()).toBe(7);
    });

    test('an unknown handler is refused', async () => {
      const refusal = { failureClass: 'permanent', code: 'HANDLER_UNKNOWN' };
      await expect(bench.switches.isConsuming('toString')).rejects.toMatchObject(refusal);
      await expect(bench.switches.setConsuming('mail', true)).rejects.toMatchObject(refusal);
    });

    test('intake is enabled until its switch is off, and again when it is on', async () => {
      const { switches } = bench;
      expect(await switches.isIntakeEnabled()).toBe(true);
      await switches.setIntake(false);
      await switches.setIntake(false);
      expect(await switches.isIntakeEnabled()).toBe(false);
      await switches.setIntake(true);
      expect(await switches.isIntakeEnabled()).toBe(true);
    });

    test('a replay that is requested again under its name is not started twice', async () => {
      const { switches } = bench;
      const name = `catch-up-${++replayNumber}`;
      const before = await bench.replays();
      expect(await switches.replay(name, 1_000_000, 2_000_000)).toBe(name);
      expect(await switches.replay(name, 1_000_000, 2_000_000)).toBe(name);
      expect((await bench.replays()) - before).toBe(1);
    });
  });
}
let replayNumber = 0;

describe('the intake switches', () => {
  describeIntakeSwitches('in memory', () => {
    const switches = createMemoryIntakeSwitches(['customer']);
    return {
      switches,
      concurrency: async () => (switches.isAtLeastConcurrency('customer') ? 2 : 7),
      replays: async () => switches.replays().length,
    };
  });

  describe('on AWS', () => {
    let world: TestAccount;
    let server: RawServer;
    let mappingId: string;
    let started = 0;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const clients: { destroy(): void }[] = [];
    const arn = (rest: string) => `arn:aws:events:eu-central-1:000000000000:${rest}`;
    const rule = { busName: 'default', name: 'partner-rule' };

    const connect = (endpoint: string, over: Partial<AwsIntakeSwitchesOptions> = {}) => {
      const settings = { endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 };
      const lambda = new LambdaClient(settings);
      const eventBridge = new EventBridgeClient(settings);
      eventBridge.middlewareStack.add(
        (next, context) => async (args) => {
          const answer = await next(args);
          if (context['commandName'] === 'StartReplayCommand') started++;
          return answer;
        },
        { step: 'initialize' },
      );
      clients.push(lambda, eventBridge);
      return createAwsIntakeSwitches({
        lambda,
        eventBridge,
        handlers: { customer: { mappingId, maxConcurrency: 7 } },
        rule,
        archive: {
          arn: arn('archive/partner'),
          busArn: arn('event-bus/default'),
          ruleArn: arn('rule/partner-rule'),
        },
        ...over,
      });
    };

    beforeAll(async () => {
      server = await startRawServer();
      world = await startTestAccount();
      await world.queue('customer', { VisibilityTimeout: '30' });
      await world.fn('customer', 'export const handler = async () => ({});', {
        policy: [mayConsume('customer')],
      });
      const mapping = await world.aws('lambda', 'CreateEventSourceMapping', {
        EventSourceArn: arnOfQueue('customer'),
        FunctionName: 'customer',
        ScalingConfig: { MaximumConcurrency: 7 },
      });
      mappingId = String(mapping['UUID']);
      await world.aws('events', 'PutRule', { Name: rule.name, EventPattern: '{"source":["shop"]}' });
      await world.aws('events', 'CreateArchive', {
        ArchiveName: 'partner',
        EventSourceArn: arn('event-bus/default'),
        EventPattern: '{"source":["shop"]}',
        RetentionDays: 14,
      });
    });
    afterAll(async () => {
      for (const client of clients) client.destroy();
      await server.stop();
      await world.stop();
    });

    describeIntakeSwitches('with the real clients', () => ({
      switches: connect(world.gateway.url),
      concurrency: async () => {
        const mapping = await world.aws('lambda', 'GetEventSourceMapping', { UUID: mappingId });
        return (mapping['ScalingConfig'] as { MaximumConcurrency: number }).MaximumConcurrency;
      },
      replays: async () => started,
    }));

    test.each([
      ['being changed already', 400, 'ResourceInUseException', 'retry'],
      ['asked too often', 429, 'TooManyRequestsException', 'retry'],
      ['out of reach', 503, 'ServiceException', 'retry'],
      ['not ours to touch', 403, 'AccessDeniedException', 'configuration'],
      ['gone', 404, 'ResourceNotFoundException', 'configuration'],
    ])('a mapping that is %s answers its class', async (_, status, name, failureClass) => {
      const switches = connect(server.url);
      server.answer(status, 'application/json', '{}', `x-amzn-errortype: ${name}\r\n`);
      const failure = { failureClass, code: `SWITCH_${name}` };
      await expect(switches.setConsuming('customer', true)).rejects.toMatchObject(failure);
      await expect(switches.isConsuming('customer')).rejects.toMatchObject(failure);
    });

    test('a missing rule is a configuration failure', async () => {
      const switches = connect(world.gateway.url, { rule: { busName: 'default', name: 'no-such-rule' } });
      const failure = { failureClass: 'configuration', code: 'SWITCH_ResourceNotFoundException' };
      await expect(switches.isIntakeEnabled()).rejects.toMatchObject(failure);
      await expect(switches.setIntake(false)).rejects.toMatchObject(failure);
    });
  });
});
