import type { OperationOutput } from '../operations.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { type ShownHandler, showHandler } from '../shown-handler.ts';
import { showQueues } from '../shown-queues.ts';

const HOUR = 3_600;
const DAY = 86_400;
/** Names under which the functions beside the handlers count. */
const FEEDER = 'run-feeder';
const LISTENER = 'queue-listener';

export const statusOperations: OperationsOf<'status'> = {
  status: async (ports) => {
    const { stage, projectKey, settings, switches } = ports;
    const [
      { value: intake },
      isIntakeEnabled,
      { value: watch },
      { value: canary },
      handlers,
      queues,
      lostEvents,
    ] = await Promise.all([
      settings.intake().read(),
      switches.isIntakeEnabled(),
      settings.watch().read(),
      settings.canary().read(),
      Promise.all(Object.keys(ports.handlers).map((handler) => withLastHour(ports, handler))),
      showQueues(ports),
      readLostEvents(ports),
    ]);
    const { stopped, catchUpFrom } = intake;
    return {
      ...{ stage, projectKey, handlers, queues },
      intake: {
        isIntakeEnabled,
        ...(stopped && { stoppedSince: stopped.since, stoppedBy: stopped.by }),
        ...(catchUpFrom !== undefined && { catchUpFrom }),
      },
      subscription: watch,
      ...(ports.care.canaryCustomerId !== undefined && { canary }),
      ...(lostEvents && { lostEvents }),
    };
  },
};

/** What came back lately: no failure, and yet a handler that gets nothing done shows nowhere else. */
async function withLastHour(ports: ControlPorts, handler: string): Promise<ShownHandler> {
  const [shown, sums] = await Promise.all([
    showHandler(ports, handler),
    ports.rates.sums({ service: handler, metrics: ['Retried', 'ConfigurationErrors'], seconds: HOUR }),
  ]);
  if (!sums) return shown;
  const { Retried: retried = 0, ConfigurationErrors: configurationErrors = 0 } = sums;
  return { ...shown, lastHour: { retried, configurationErrors } };
}

/**
 * How many notifications never came. A gap in the version chain that nothing filled later is one; what a reconcile had to
 * repair is one that no later notification gave away.
 */
async function readLostEvents({
  rates,
  handlers,
}: ControlPorts): Promise<OperationOutput<'status'>['lostEvents'] | undefined> {
  const ofHandlers = await Promise.all(
    Object.keys(handlers).map((service) =>
      rates.sums({ service, metrics: ['VersionGaps', 'LateArrivals'], seconds: DAY }),
    ),
  );
  const ofFeeder = await rates.sums({ service: FEEDER, metrics: ['Repaired'], seconds: DAY });
  const ofListener = await rates.sums({ service: LISTENER, metrics: ['Received'], seconds: DAY });
  if (!ofFeeder || !ofListener || ofHandlers.includes(undefined)) return undefined;
  const total = (name: 'VersionGaps' | 'LateArrivals'): number =>
    ofHandlers.reduce((sum, sums) => sum + (sums?.[name] ?? 0), 0);
  const received = ofListener['Received'] ?? 0;
  const gaps = total('VersionGaps');
  const lateArrivals = total('LateArrivals');
  const repaired = ofFeeder['Repaired'] ?? 0;
  const lost = Math.max(0, gaps - lateArrivals) + repaired;
  return { received, gaps, lateArrivals, repaired, rate: lost === 0 ? 0 : lost / (received + lost) };
}
