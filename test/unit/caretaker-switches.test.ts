import { describe, expect, test } from 'vitest';
import { createMemoryIntakeSwitches } from '../../lambdas/adapters/memory/memory-intake-switches.ts';
import { createMemorySettingsStore } from '../../lambdas/adapters/memory/memory-settings-store.ts';
import { holdListening, holdTaking } from '../../lambdas/caretaker/switches.ts';
import type { HandlerSwitches, Intake } from '../../lambdas/core/live-settings.ts';

const mia = { since: 1, by: 'mia' };

/** Valves, and an operator who decides otherwise right after the caretaker has looked at one: setting first, then the valve. */
function world() {
  const settings = createMemorySettingsStore();
  const valves = createMemoryIntakeSwitches(['customer']);
  let meanwhile: (() => Promise<unknown>) | undefined;
  const act = async () => {
    const once = meanwhile;
    meanwhile = undefined;
    await once?.();
  };
  return {
    settings,
    valves,
    whileLooking(what: () => Promise<unknown>) {
      meanwhile = what;
    },
    ports: {
      settings,
      switches: {
        ...valves,
        isTaking: async (id: string) => {
          const is = await valves.isTaking(id);
          await act();
          return is;
        },
        isListening: async () => {
          const is = await valves.isListening();
          await act();
          return is;
        },
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

describe('a valve that an operator moves while the caretaker looks', () => {
  test('stays off when the handler is paused meanwhile', async () => {
    const { ports, valves, whileLooking, setHandler } = world();
    await valves.setTaking('customer', false);
    whileLooking(async () => {
      await setHandler({ mode: 'process', paused: mia });
      await valves.setTaking('customer', false);
    });
    await holdTaking(ports, 'customer');
    expect(await valves.isTaking('customer')).toBe(false);
  });

  test('stays on when the handler is resumed meanwhile', async () => {
    const { ports, valves, whileLooking, setHandler } = world();
    await setHandler({ mode: 'process', paused: mia });
    whileLooking(async () => {
      await setHandler({ mode: 'process' });
      await valves.setTaking('customer', true);
    });
    await holdTaking(ports, 'customer');
    expect(await valves.isTaking('customer')).toBe(true);
  });

  test('stays on when real-time sync is started meanwhile: what happens now would be lost', async () => {
    const { ports, valves, whileLooking, setIntake } = world();
    await setIntake({ stopped: mia });
    whileLooking(async () => {
      await setIntake({ catchUpFrom: 1 });
      await valves.setListening(true);
    });
    await holdListening(ports);
    expect(await valves.isListening()).toBe(true);
  });
});
