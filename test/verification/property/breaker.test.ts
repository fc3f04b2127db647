import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyConsuming, applyIntake } from '../../../lambdas/caretaker/apply-switches.ts';
import { tendBreaker } from '../../../lambdas/caretaker/probe-breaker.ts';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import type { HandlerSwitches } from '../../../lambdas/core/base/live-settings.ts';
import type { IntakeSwitches } from '../../../lambdas/core/operations/ports/intake-switches.ts';
import { createObserver } from '../../builders/observer.ts';
import { createMemoryHandlerFunctions } from '../../fakes/memory-handler-functions.ts';
import { createMemoryIntakeSwitches } from '../../fakes/memory-intake-switches.ts';
import { createMemorySettingsStore } from '../../fakes/memory-settings-store.ts';
import { holds, replayPath } from './seeds.ts';

const id = 'customer';
const minute = 60_000;
const care = careSettings.parse({ probeSeconds: 120 });
/** Two probes, two probe periods half-open, and one minute for each step to take effect. */
const minutesToRecover = 10;

/** The switches of a connector: an OMS that is up or down, a handler that opens its breaker, a caretaker. */
class Connector {
  readonly settings = createMemorySettingsStore();
  readonly switches = createMemoryIntakeSwitches([id]);
  isDown = false;
  isUnreachable = false;
  isBroken = false;
  /** An operator pauses the handler during the next probe. */
  isPausedByProbe = false;
  now = 0;
  readonly observer = createObserver();

  /** The handler works for a minute: its calls fail while the OMS is down, and then it opens the breaker. */
  async work(): Promise<void> {
    if (!this.isDown || !(await this.switches.isConsuming(id))) return;
    await this.set((value) =>
      value.breaker?.state === 'open'
        ? value
        : { ...value, breaker: { state: 'open', since: this.now, code: 'FLUENT_503', successes: 0 } },
    );
  }

  async minute(): Promise<void> {
    await this.care();
    await this.work();
  }

  async care(): Promise<void> {
    this.now += minute;
    const { settings, observer } = this;
    const ports = {
      settings,
      switches: this.isBroken ? broken : this.switches,
      handlerFunctions: createMemoryHandlerFunctions({
        probe: async () => {
          if (this.isPausedByProbe) await this.pause();
          this.isPausedByProbe = false;
          if (this.isUnreachable) throw new Error('The function did not answer.');
          return { isUp: !this.isDown, latencyMs: 5 };
        },
      }),
      care,
      clock: () => this.now,
      ...observer,
    };
    // As in the caretaker: a failed duty does not stop the next one.
    for (const duty of [
      () => tendBreaker(ports, id),
      () => applyConsuming(ports, id),
      () => applyIntake(ports),
    ]) {
      await duty().catch(() => undefined);
    }
  }

  /** Writes the setting, then the switch; `isWhole` false: the function died in between. */
  async pause(isWhole = true): Promise<void> {
    await this.set((value) => ({ ...value, paused: { since: this.now, by: 'mia' } }));
    if (isWhole) await this.switches.setConsuming(id, false);
  }

  async set(change: (value: HandlerSwitches) => HandlerSwitches): Promise<void> {
    const setting = this.settings.handler(id);
    const { value, revision } = await setting.read();
    await setting.write(change(value), revision);
  }

  async wanted(): Promise<{ consuming: boolean; intake: boolean }> {
    const { paused, breaker } = (await this.settings.handler(id).read()).value;
    const { stopped } = (await this.settings.intake().read()).value;
    return { consuming: !paused && breaker?.state !== 'open', intake: !stopped };
  }
}

const refused = () =>
  Promise.reject(new ConnectorError({ failureClass: 'retry', code: 'SWITCH_ResourceInUse' }, 'Changing.'));
const broken: IntakeSwitches = {
  isConsuming: refused,
  setConsuming: refused,
  isIntakeEnabled: refused,
  setIntake: refused,
  replay: refused,
};

type Step = fc.AsyncCommand<Record<string, never>, Connector>;
const step = (name: string, run: (connector: Connector) => Promise<void> | void): Step => ({
  check: () => true,
  run: async (_, connector) => run(connector),
  toString: () => name,
});

const steps: fc.Arbitrary<Step>[] = [
  fc.constant(
    step('a minute', async (connector) => {
      await connector.care();
      if (connector.isBroken) return connector.work();
      // While paused, stopped or open, consuming is off after the next minute, whatever enabled it before.
      const { consuming, intake } = await connector.wanted();
      expect(await connector.switches.isConsuming(id)).toBe(consuming);
      expect(await connector.switches.isIntakeEnabled()).toBe(intake);
      await connector.work();
    }),
  ),
  fc.constant(
    step('the OMS goes down', async (connector) => {
      connector.isDown = true;
      await connector.work();
    }),
  ),
  fc.constant(
    step('the OMS recovers', (connector) => {
      connector.isDown = false;
    }),
  ),
  fc.boolean().map((fails) =>
    step(`probes fail: ${fails}`, (connector) => {
      connector.isUnreachable = fails;
    }),
  ),
  fc.boolean().map((refuses) =>
    step(`AWS refuses: ${refuses}`, (connector) => {
      connector.isBroken = refuses;
    }),
  ),
  fc.constant(
    step('a pause in the middle of the next probe', (connector) => {
      connector.isPausedByProbe = true;
    }),
  ),
  fc
    .record({ consuming: fc.boolean(), intake: fc.boolean() })
    .map((left) =>
      step(`a deployment leaves ${JSON.stringify(left)}`, (connector) => connector.switches.deploy(left)),
    ),
  fc
    .constantFrom(true, false)
    .map((isWhole) => step(`pause${isWhole ? '' : ', cut short'}`, (connector) => connector.pause(isWhole))),
  fc.constantFrom(true, false).map((isWhole) =>
    step(`resume${isWhole ? '' : ', cut short'}`, async (connector) => {
      await connector.set(({ paused: _ended, ...value }) => value);
      if (isWhole && (await connector.wanted()).consuming) await connector.switches.setConsuming(id, true);
    }),
  ),
  fc.boolean().map((stopped) =>
    step(stopped ? 'stop' : 'start', async ({ settings, now }) => {
      const { revision } = await settings.intake().read();
      await settings.intake().write(stopped ? { stopped: { since: now, by: 'mia' } } : {}, revision);
    }),
  ),
];

async function afterAnySequence(then: (connector: Connector) => Promise<void>): Promise<void> {
  const commands = fc.commands(steps, { maxCommands: 60, ...replayPath });
  await holds(
    fc.asyncProperty(commands, async (sequence) => {
      const connector = new Connector();
      await fc.asyncModelRun(() => ({ model: {}, real: connector }), sequence);
      await then(connector);
    }),
    { runs: 1_500 },
  );
}

describe('after any sequence of outages, probes, deployments, pauses, stops and AWS faults', () => {
  test('the handler consumes at full concurrency within a bounded time after the outage, unless it is paused', () =>
    afterAnySequence(async (connector) => {
      connector.isDown = false;
      connector.isUnreachable = false;
      connector.isBroken = false;
      connector.isPausedByProbe = false;
      await connector.set(({ paused: _ended, ...value }) => value);
      for (let passed = 0; passed < minutesToRecover; passed++) await connector.minute();
      expect(await connector.switches.isConsuming(id)).toBe(true);
      expect(connector.switches.isAtLeastConcurrency(id)).toBe(false);
      expect((await connector.settings.handler(id).read()).value.breaker).toBeUndefined();
    }));

  test('during an endless outage the handler stays switched off, except after a wrong probe', () =>
    afterAnySequence(async (connector) => {
      connector.isDown = true;
      connector.isBroken = false;
      connector.isPausedByProbe = false;
      await connector.set(({ paused: _ended, ...value }) => value);
      for (let passed = 0; passed < minutesToRecover; passed++) await connector.minute();
      expect(await connector.switches.isConsuming(id)).toBe(false);
    }));

  test('a pause holds for any time and through any behaviour of the OMS', () =>
    afterAnySequence(async (connector) => {
      connector.isBroken = false;
      await connector.pause(false);
      for (let passed = 0; passed < minutesToRecover; passed++) {
        connector.switches.deploy({ consuming: true, intake: true });
        await connector.minute();
        expect(await connector.switches.isConsuming(id)).toBe(false);
      }
    }));
});
