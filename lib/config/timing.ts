import type * as z from 'zod';
import type { DeliverySettings } from '../../lambdas/core/delivery/delivery-settings.ts';

/** Longest visibility timeout that SQS takes: 12 hours. */
const maxVisibilitySeconds = 43_200;

/** SQS's maximum: outages last for days, and the handler decides by age when to give up. */
export const handlerMaxReceiveCount = 1000;

/** 500 receives of 180 s each are 25 hours: a day's outage of the next step must not fill the dead-letter queue. */
export const flowMaxReceiveCount = 500;

/** Six times the function timeout, as Lambda requires of a queue that it polls. */
export function flowVisibilitySeconds(timeoutSeconds: number): number {
  return 6 * timeoutSeconds;
}

/**
 * Longer than six timeouts (Lambda's rule) and than one timeout plus DELTA (Fluent may still apply an abandoned write), plus
 * one timeout as margin: 210 s for a timeout of 30 s and a DELTA of 60 s.
 */
export function handlerVisibilitySeconds(timeoutSeconds: number, deltaSeconds: number): number {
  return Math.max(6 * timeoutSeconds, timeoutSeconds + deltaSeconds) + timeoutSeconds;
}

/** Mean duration of `receives` receives: the backoff is uniform between the floor and a cap that doubles. */
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

/** Checks times against each other: a broken relation loses changes or retries in vain. */
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
      'the visibility timeout that follows from it exceeds the 12 hours that SQS allows',
    );
  }
  if (delivery.giveUpMinReceives >= delivery.receiveGuard) {
    report('giveUpMinReceives', `must be below delivery.receiveGuard (${delivery.receiveGuard})`);
  }
  if (delivery.giveUpSeconds >= meanSecondsOfReceives(delivery.receiveGuard, delivery)) {
    report(
      'giveUpSeconds',
      'is never reached: delivery.receiveGuard receives at the mean backoff take less time',
    );
  }
}
