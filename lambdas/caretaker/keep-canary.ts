import type { CanaryState } from '../core/base/live-settings.ts';
import type { StateRow } from '../core/delivery/ports/state-store.ts';
import { afterCanaryCheck, isAwaited, isLate, isTouchDue } from '../core/operations/canary-state.ts';
import type { CaretakerPorts } from './ports.ts';

const resourceType = 'customer';

/** Changes one customer now and then, and measures how long the change takes to Fluent. */
export async function keepCanary(ports: CaretakerPorts): Promise<void> {
  const { canary, care, settings, clock, metrics } = ports;
  const { canaryCustomerId: id } = care;
  if (!canary || id === undefined) return;
  const setting = settings.canary();
  const { value: stored, revision } = await setting.read();
  let state = stored;
  if (await isResting(ports)) {
    // Late by an operator's word is not late; afterwards it begins anew.
    if (isAwaited(state)) state = {};
  } else {
    if (isAwaited(state)) {
      state = afterCanaryCheck(state, await rowsOf(ports, id));
      if (!isAwaited(state)) metrics.count('CanarySeconds', (state.latencyMs ?? 0) / 1_000);
    }
    if (isTouchDue(state, clock(), care)) state = await touched(canary, id, state, clock());
    if (isLate(state, clock(), care)) metrics.count('CanaryLate');
  }
  if (state !== stored) await setting.write(state, revision);
}

async function touched(
  canary: NonNullable<CaretakerPorts['canary']>,
  id: string,
  { latencyMs }: CanaryState,
  touchedAt: number,
): Promise<CanaryState> {
  const { version } = await canary.touch(id, new Date(touchedAt).toISOString());
  // The last latency stays to be seen until the next one is known.
  return { touchedAt, version, ...(latencyMs !== undefined && { latencyMs }) };
}

/** Is the way to Fluent closed on purpose, somewhere? */
async function isResting({ settings, handlers }: CaretakerPorts): Promise<boolean> {
  const intake = await settings.intake().read();
  const switches = await Promise.all(
    customerHandlers(handlers).map((handlerId) => settings.handler(handlerId).read()),
  );
  return (
    intake.value.stopped !== undefined ||
    switches.some(({ value }) => value.paused || value.breaker || value.mode === 'prepare')
  );
}

function rowsOf(
  { store, handlers, projectKey }: CaretakerPorts,
  id: string,
): Promise<(StateRow | undefined)[]> {
  return Promise.all(
    customerHandlers(handlers).map(async (handlerId) =>
      (await store.read([{ handlerId, projectKey, resourceType, id }])).get(id),
    ),
  );
}

function customerHandlers(handlers: CaretakerPorts['handlers']): string[] {
  return Object.entries(handlers).flatMap(([id, handler]) =>
    handler.resourceType === resourceType ? [id] : [],
  );
}
