import { ConnectorError } from '../../core/base/errors.ts';
import type { HandlerSwitches } from '../../core/base/live-settings.ts';
import { desiredConsuming } from '../../core/delivery/breaker.ts';
import { changeSetting } from '../../runtime/runs/change-setting.ts';
import type { handlerApi } from '../api/handler-api.ts';
import { forgetRecording } from '../forget-recording.ts';
import { type HandlerScope, handlerScope } from '../handler-scope.ts';
import type { OperationsOf } from '../ports.ts';
import { showHandler } from '../views/shown-handler.ts';

/** Each operation writes the setting first. If it cannot switch the mapping then, the caretaker does. */
export const handlerOperations: OperationsOf<typeof handlerApi> = {
  'handler.pause': async (ports, { handler }, caller) => {
    const scope = handlerScope(ports, handler);
    const paused = { since: ports.clock(), by: caller };
    const switches = await changeSetting(ports.settings.handler(handler), (value) =>
      value.paused ? value : { ...value, paused },
    );
    return showHandler(scope, await switchConsuming(scope, switches));
  },

  'handler.resume': async (ports, { handler }) => {
    const scope = handlerScope(ports, handler);
    let wasPaused = false;
    const switches = await changeSetting(ports.settings.handler(handler), (value) => {
      const { paused, ...rest } = value;
      wasPaused = paused !== undefined;
      return paused ? rest : value;
    });
    const notes = [
      wasPaused ? undefined : 'It was not paused.',
      desiredConsuming(switches).consuming
        ? await switchConsuming(scope, switches)
        : breakerNote(wasPaused, switches),
    ];
    return showHandler(scope, notes.filter(Boolean).join(' ') || undefined);
  },

  'handler.mode': async (ports, { handler, mode }) => {
    const scope = handlerScope(ports, handler);
    await changeSetting(ports.settings.handler(handler), (value) =>
      value.mode === mode ? value : { ...value, mode, mayBeRecorded: true },
    );
    const note = await modeNote(scope, mode);
    await forgetRecording(scope);
    return showHandler(scope, note);
  },
};

/** Answers a note if AWS is still busy with the last change: the caretaker switches the mapping then. */
async function switchConsuming(
  { ports, handler }: HandlerScope,
  switches: HandlerSwitches,
): Promise<string | undefined> {
  const { consuming: isConsuming, leastConcurrency } = desiredConsuming(switches);
  try {
    await ports.switches.setConsuming(handler, isConsuming, leastConcurrency);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.failureClass === 'configuration') throw error;
    return 'The decision is stored. AWS is still changing the event source mapping, which follows within a minute.';
  }
}

function breakerNote(wasPaused: boolean, { breaker }: HandlerSwitches): string {
  const cause = `because of ${breaker?.code ?? 'an outage'}`;
  return (
    (wasPaused
      ? `The pause has ended, but the breaker is still open ${cause}.`
      : `The breaker is open ${cause}.`) +
    ' The connector probes Fluent and resumes the handler when Fluent answers again.'
  );
}

async function modeNote({ ports, partition }: HandlerScope, mode: 'process' | 'prepare'): Promise<string> {
  const delay = `Every instance of the handler applies this within ${ports.care.switchSeconds} s.`;
  if (mode === 'prepare') return `Changes are recorded and not sent until \`process\`. ${delay}`;
  const recorded = await ports.pending.count(partition);
  return recorded === 0
    ? delay
    : `${recorded} recorded ${recorded === 1 ? 'change is' : 'changes are'} not sent by this: use \`process\`. ${delay}`;
}
