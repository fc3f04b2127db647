import type { CanaryState } from '../core/base/live-settings.ts';
import { afterCanaryCheck, isAwaited, isLate, isTouchDue } from '../core/operations/canary-state.ts';
import type { Canary } from '../core/operations/ports/canary-customer.ts';
import type { CaretakerPorts } from './ports.ts';

const resourceType = 'customer';

/** Changes one customer periodically, and measures how long the change takes to reach Fluent. */
export async function keepCanary(ports: CaretakerPorts): Promise<void> {
  const { canary, care, settings, clock, metrics } = ports;
  const { canaryCustomerId: id } = care;
  if (!canary || id === undefined) return;
  const setting = settings.canary();
  const { value: stored, revision } = await setting.read();
  let state = stored;
  if (await isSuspended(ports)) {
    // Time spent paused does not count as latency: start again afterwards.
    if (isAwaited(state)) state = {};
  } else {
    if (isAwaited(state)) {
      state = afterCanaryCheck(state, await readRecords(ports, id));
      if (!isAwaited(state)) metrics.count('CanarySeconds', (state.latencyMs ?? 0) / 1_000);
    }
    if (isTouchDue(state, clock(), care))
      state = await touch(canary, id, { touchedAt: clock(), latencyMs: state.latencyMs });
    if (isLate(state, clock(), care)) metrics.count('CanaryLate');
  }
  if (state !== stored) await setting.write(state, revision);
}

async function touch(
  canary: Canary,
  id: string,
  { touchedAt, latencyMs }: { readonly touchedAt: number; readonly latencyMs: number | undefined },
): Promise<CanaryState> {
  const { version } = await canary.touch(id, new Date(touchedAt).toISOString());
  // `status` shows the last latency until the next one is known.
  return { touchedAt, version, ...(latencyMs !== undefined && { latencyMs }) };
}

/** Is some part of the way to Fluent switched off? */
async function isSuspended({ settings, handlers }: CaretakerPorts): Promise<boolean> {
  const intake = await settings.intake().read();
  const switches = await Promise.all(
    customerHandlers(handlers).map((handlerId) => settings.handler(handlerId).read()),
  );
  return (
    intake.value.stopped !== undefined ||
    switches.some(({ value }) => value.paused || value.breaker || value.mode === 'prepare')
  );
}

function readRecords({ store, handlers, projectKey }: CaretakerPorts, id: string) {
  const read = async (handlerId: string) =>
    (await store.read([{ handlerId, projectKey, resourceType, id }])).get(id);
  return Promise.all(customerHandlers(handlers).map(read));
}

function customerHandlers(handlers: CaretakerPorts['handlers']): string[] {
  return Object.keys(handlers).filter((id) => handlers[id]?.resourceType === resourceType);
}
