import { ConnectorError } from '../../core/base/errors.ts';
import { desiredConsuming } from '../../core/delivery/breaker.ts';
import { ControlError, conflict, invalid, notFound } from '../../core/operations/control-error.ts';
import { knownHandler } from '../known-handler.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { stateOf } from '../shown-handler.ts';
import { showQueues } from '../shown-queues.ts';

/** AWS takes some seconds to switch a mapping; the function has 60. */
const RESTART_LOOKS = 15;
const RESTART_PAUSE_MS = 3_000;

export const queueOperations: OperationsOf<'queue.list' | 'queue.redrive' | 'queue.purge' | 'queue.restart'> =
  {
    'queue.list': async (ports) => ({ queues: await showQueues(ports) }),

    'queue.redrive': async ({ queueAdmin }, { queue }) => {
      checkKnown(queueAdmin.names(), queue);
      const { isDeadLetters } = await queueAdmin.state(queue);
      if (!isDeadLetters) {
        const message = `"${queue}" is no dead-letter queue; only "${queue}/dead-letters" can be given back.`;
        throw invalid('NOT_DEAD_LETTERS', message, 'queue');
      }
      return queueAdmin.redrive(queue);
    },

    'queue.purge': async ({ queueAdmin }, { queue, confirm }) => {
      checkKnown(queueAdmin.names(), queue);
      if (confirm !== queue) {
        const message =
          'The confirmation must repeat the name of the queue: what is purged is gone for good.';
        throw invalid('NOT_CONFIRMED', message, 'confirm');
      }
      await queueAdmin.purge(queue);
      return {
        done: true,
        note: 'SQS needs up to 60 s. What was lost is found by a reconcile, a deleted customer by a sweep.',
      };
    },

    'queue.restart': async (ports, { handler }) => {
      knownHandler(ports, handler);
      const { value } = await ports.settings.handler(handler).read();
      const { taking, leastConcurrency } = desiredConsuming(value);
      if (!taking) {
        throw conflict(
          value.paused ? 'HANDLER_PAUSED' : 'BREAKER_OPEN',
          `Nothing is taken from the queue of "${handler}" on purpose: ${stateOf(value)}. Resume it instead.`,
        );
      }
      await ports.switches.setConsuming(handler, false);
      await takeAgain(ports, handler, leastConcurrency);
      return { done: true };
    },
  };

/** A mapping cannot be switched on while AWS still switches it off. */
async function takeAgain(
  { switches, sleep }: ControlPorts,
  handler: string,
  leastConcurrency: boolean,
): Promise<void> {
  for (let look = 0; look < RESTART_LOOKS; look++) {
    try {
      return await switches.setConsuming(handler, true, leastConcurrency);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.failureClass !== 'retry') throw error;
      await sleep(RESTART_PAUSE_MS);
    }
  }
  throw new ControlError(
    'unavailable',
    'STILL_STOPPING',
    `AWS is still stopping the queue of "${handler}". The caretaker switches it on again within some minutes.`,
  );
}

function checkKnown(names: readonly string[], queue: string): void {
  if (names.includes(queue)) return;
  throw notFound('QUEUE_UNKNOWN', `There is no such queue. There are: ${names.join(', ')}.`);
}
