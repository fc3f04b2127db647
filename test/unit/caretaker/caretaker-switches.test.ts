import { describe, expect, test } from 'vitest';
import { applyConsuming, applyIntake } from '../../../lambdas/caretaker/apply-switches.ts';
import type { HandlerSwitches, Intake } from '../../../lambdas/core/base/live-settings.ts';
import type { Setting } from '../../../lambdas/core/base/ports/settings-store.ts';
import { createMemoryIntakeSwitches } from '../../fakes/memory-intake-switches.ts';
import { createMemorySettingsStore } from '../../fakes/memory-settings-store.ts';

const mia = { since: 1, by: 'mia' };
type Moment = 'has read the switch' | 'has read the setting';

/** Switches, and an operator who changes the setting and then the switch right after the caretaker has read one of them. */
function world(moment: Moment) {
  const settings = createMemorySettingsStore();
  const switches = createMemoryIntakeSwitches(['customer']);
  let act: (() => Promise<unknown>) | undefined;
  const after = async <T>(what: Moment, answer: Promise<T>): Promise<T> => {
    const value = await answer;
    const once = what === moment ? act : undefined;
    if (once) act = undefined;
    await once?.();
    return value;
  };
  const watched = <T>(setting: Setting<T>): Setting<T> => ({
    ...setting,
    read: () => after('has read the setting', setting.read()),
  });
  return {
    switches,
    meanwhile(what: () => Promise<unknown>) {
      act = what;
    },
    ports: {
      settings: {
        ...settings,
        handler: (id: string) => watched(settings.handler(id)),
        intake: () => watched(settings.intake()),
      },
      switches: {
        ...switches,
        isConsuming: (id: string) => after('has read the switch', switches.isConsuming(id)),
        isIntakeEnabled: () => after('has read the switch', switches.isIntakeEnabled()),
      },
    },
    async setHandler(value: HandlerSwitches) {
      const setting = settings.handler('customer');
      await setting.write(value, (await setting.read()).revision);
    },
    async setIntake(value: Intake) {
      const setting = settings.intake();
      await setting.write(value, (await setting.read()).revision);
    },
  };
}

describe.each(['has read the switch', 'has read the setting'] as const)(
  'a switch that an operator changes when the caretaker %s',
  (moment) => {
    test('stays off when the handler is paused', async () => {
      const { ports, switches, meanwhile, setHandler } = world(moment);
      await switches.setConsuming('customer', false);
      meanwhile(async () => {
        await setHandler({ mode: 'process', paused: mia });
        await switches.setConsuming('customer', false);
      });
      await applyConsuming(ports, 'customer');
      expect(await switches.isConsuming('customer')).toBe(false);
    });

    test('stays on when the handler is resumed', async () => {
      const { ports, switches, meanwhile, setHandler } = world(moment);
      await setHandler({ mode: 'process', paused: mia });
      meanwhile(async () => {
        await setHandler({ mode: 'process' });
        await switches.setConsuming('customer', true);
      });
      await applyConsuming(ports, 'customer');
      expect(await switches.isConsuming('customer')).toBe(true);
    });

    test('stays on when real-time sync is started', async () => {
      const { ports, switches, meanwhile, setIntake } = world(moment);
      await setIntake({ stopped: mia });
      meanwhile(async () => {
        await setIntake({ catchUpFrom: 1 });
        await switches.setIntake(true);
      });
      await applyIntake(ports);
      expect(await switches.isIntakeEnabled()).toBe(true);
    });
  },
);

test('a pass that began before a stop does not enable the rule again', async () => {
  const { ports, switches, meanwhile, setIntake: storeIntake } = world('has read the setting');
  const moves: boolean[] = [];
  const setIntake = async (isEnabled: boolean) => {
    moves.push(isEnabled);
    await switches.setIntake(isEnabled);
  };
  meanwhile(async () => {
    await storeIntake({ stopped: mia });
    await switches.setIntake(false);
  });
  await applyIntake({ ...ports, switches: { ...ports.switches, setIntake } });
  // Not even for a moment: an event would be synced although sync is stopped.
  expect(moves).not.toContain(true);
});
