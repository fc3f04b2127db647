import type { OperationOutput } from '../api/control-api.ts';
import type { statusApi } from '../api/status-api.ts';
import { handlerScope } from '../handler-scope.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { type ShownHandler, showHandler } from '../views/shown-handler.ts';
import { showQueues } from '../views/shown-queues.ts';

const HOUR = 3_600;
const DAY = 86_400;
/** Service names in the metrics of these functions. */
const FEEDER = 'run-feeder';
const LISTENER = 'queue-listener';

export const statusOperations: OperationsOf<typeof statusApi> = {
  status: async (ports) => {
    const { stage, projectKey, settings, switches } = ports;
    const [intake, isIntakeEnabled, watch, canary, handlers, queues, lostEvents] = await Promise.all([
      settings.intake().read(),
      switches.isIntakeEnabled(),
      settings.watch().read(),
      settings.canary().read(),
      Promise.all(Object.keys(ports.handlers).map((handler) => withLastHour(ports, handler))),
      showQueues(ports),
      readLostEvents(ports),
    ]);
    const { stopped, catchUpFrom } = intake.value;
    return {
      ...{ stage, projectKey, handlers, queues },
      intake: {
        isIntakeEnabled,
        ...(stopped && { stoppedSince: stopped.since, stoppedBy: stopped.by }),
        ...(catchUpFrom !== undefined && { catchUpFrom }),
      },
      subscription: watch.value,
      ...(ports.care.canaryCustomerId !== undefined && { canary: canary.value }),
      ...(lostEvents && { lostEvents }),
    };
  },
};

/** Retries of the last hour. They are no failures, but only they show that a handler makes no progress. */
async function withLastHour(ports: ControlPorts, handler: string): Promise<ShownHandler> {
  const [shown, sums] = await Promise.all([
    showHandler(handlerScope(ports, handler)),
    ports.rates.sums({ service: handler, metrics: ['Retried', 'ConfigurationErrors'], seconds: HOUR }),
  ]);
  if (!sums) return shown;
  const { Retried: retried = 0, ConfigurationErrors: configurationErrors = 0 } = sums;
  return { ...shown, lastHour: { retried, configurationErrors } };
}

/**
 * How many notifications never arrived: gaps in the versions of a customer that no late notification filled,
 * and customers that a reconcile had to repair.
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
