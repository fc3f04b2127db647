import type { HandlerSwitches } from '../../core/base/live-settings.ts';
import { desiredConsuming } from '../../core/delivery/breaker.ts';
import { changeSetting } from '../../runtime/runs/change-setting.ts';
import { forgetRecording } from '../forget-recording.ts';
import { knownHandler } from '../known-handler.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { showHandler } from '../shown-handler.ts';
import { switchConsuming } from '../switch-taking.ts';

/**
 * The setting first, then the mapping: from the setting on it is decided, and the caretaker brings the mapping there within
 * a minute whatever happens here.
 */
export const handlerOperations: OperationsOf<'handler.pause' | 'handler.resume' | 'handler.mode'> = {
  'handler.pause': async (ports, { handler }, { caller }) => {
    knownHandler(ports, handler);
    const paused = { since: ports.clock(), by: caller };
    const switches = await changeSetting(ports.settings.handler(handler), (value) =>
      value.paused ? value : { ...value, paused },
    );
    return showHandler(ports, handler, await switchConsuming(ports, handler, switches));
  },

  'handler.resume': async (ports, { handler }) => {
    knownHandler(ports, handler);
    let wasPaused = false;
    const switches = await changeSetting(ports.settings.handler(handler), (value) => {
      const { paused, ...rest } = value;
      wasPaused = paused !== undefined;
      return paused ? rest : value;
    });
    const notes = [
      wasPaused ? undefined : 'It was not paused.',
      desiredConsuming(switches).taking
        ? await switchConsuming(ports, handler, switches)
        : breakerNote(wasPaused, switches),
    ];
    return showHandler(ports, handler, notes.filter(Boolean).join(' ') || undefined);
  },

  'handler.mode': async (ports, { handler, mode }) => {
    knownHandler(ports, handler);
    await changeSetting(ports.settings.handler(handler), (value) =>
      value.mode === mode ? value : { ...value, mode, mayBeRecorded: true },
    );
    const note = await modeNote(ports, handler, mode);
    await forgetRecording(ports, handler);
    return showHandler(ports, handler, note);
  },
};

function breakerNote(wasPaused: boolean, { breaker }: HandlerSwitches): string {
  const why = `because of ${breaker?.code ?? 'an outage'}`;
  return (
    (wasPaused ? `The pause has ended, the breaker is still open ${why}.` : `The breaker is open ${why}.`) +
    ' Fluent is probed by itself, and the handler begins again when it is back.'
  );
}

async function modeNote(
  ports: ControlPorts,
  handler: string,
  mode: 'process' | 'prepare',
): Promise<string | undefined> {
  const delay = `Within ${ports.care.switchSeconds} s every instance of the handler knows it.`;
  if (mode === 'prepare') return `Changes are recorded and not sent until \`process\`. ${delay}`;
  const recorded = await ports.pending.count({ handlerId: handler, projectKey: ports.projectKey });
  return recorded === 0
    ? delay
    : `${recorded} recorded ${recorded === 1 ? 'change is' : 'changes are'} not sent by this: \`process\` does that. ${delay}`;
}
