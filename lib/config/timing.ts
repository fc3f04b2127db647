import type * as z from 'zod';
import type { DeliverySettings } from '../../lambdas/core/delivery/delivery-settings.ts';

/** Longest visibility timeout that SQS takes: 12 hours. */
const maxVisibilitySeconds = 43_200;

/** SQS's own maximum: outages last for days, and giving up is the handler's decision, by age. */
export const handlerMaxReceiveCount = 1000;

/** 500 receives at 180 s are 25 hours: an outage of the next hop must not fill the dead-letter queue within a day. */
export const flowMaxReceiveCount = 500;

/** Six times the function timeout: what Lambda asks of a queue that it polls. */
export function flowVisibilitySeconds(timeoutSeconds: number): number {
  return 6 * timeoutSeconds;
}

/**
 * Longer than six timeouts (Lambda's rule) and than one timeout plus DELTA (a write that we gave up on may still
 * land), with one timeout to spare: 210 s for 30 s and 60 s.
 */
export function handlerVisibilitySeconds(timeoutSeconds: number, deltaSeconds: number): number {
  return Math.max(6 * timeoutSeconds, timeoutSeconds + deltaSeconds) + timeoutSeconds;
}

/** How long `receives` receives last on average: the backoff is uniform between the floor and a cap that doubles. */
export function meanSecondsOfReceives(receives: number, delivery: DeliverySettings): number {
  let seconds = 0;
  for (let receive = 0; receive < receives; receive++) {
    const cap = Math.min(delivery.backoffCapSeconds, delivery.backoffBaseSeconds * 2 ** receive);
    seconds += (delivery.backoffFloorSeconds + cap) / 2;
  }
  return seconds;
}

interface TimedConfig {
  readonly delivery: DeliverySettings;
  readonly functions: { readonly handlerTimeoutSeconds: number };
}

/** Relations between times that no single value shows; each broken one loses changes or retries for nothing. */
export function checkTiming({ delivery, functions }: TimedConfig, context: z.RefinementCtx): void {
  const timeout = functions.handlerTimeoutSeconds;
  const report = (key: keyof DeliverySettings, message: string) =>
    context.addIssue({ code: 'custom', path: ['delivery', key], message });

  for (const key of ['commercetoolsTimeoutMs', 'fluentTimeoutMs'] as const) {
    if (delivery[key] * 3 >= timeout * 1000) {
      report(
        key,
        `must be less than a third of functions.handlerTimeoutSeconds (${timeout} s): a call must end before its function`,
      );
    }
  }
  if (delivery.backoffFloorSeconds > delivery.backoffBaseSeconds) {
    report(
      'backoffBaseSeconds',
      `must not be below delivery.backoffFloorSeconds (${delivery.backoffFloorSeconds})`,
    );
  }
  if (delivery.backoffBaseSeconds > delivery.backoffCapSeconds) {
    report(
      'backoffCapSeconds',
      `must not be below delivery.backoffBaseSeconds (${delivery.backoffBaseSeconds})`,
    );
  }
  if (
    Math.max(delivery.backoffCapSeconds, handlerVisibilitySeconds(timeout, delivery.deltaSeconds)) >
    maxVisibilitySeconds
  ) {
    report(
      'deltaSeconds',
      'the waiting time that follows from it is beyond the 12 hours that SQS can hide a message',
    );
  }
  if (delivery.giveUpMinReceives >= delivery.receiveGuard) {
    report('giveUpMinReceives', `must be below delivery.receiveGuard (${delivery.receiveGuard})`);
  }
  if (delivery.giveUpSeconds >= meanSecondsOfReceives(delivery.receiveGuard, delivery)) {
    report(
      'giveUpSeconds',
      'is not reached: delivery.receiveGuard receives at the mean backoff end before it',
    );
  }
}
