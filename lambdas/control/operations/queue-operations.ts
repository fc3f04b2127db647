import { ConnectorError } from '../../core/base/errors.ts';
import { desiredConsuming } from '../../core/delivery/breaker.ts';
import { ControlError, conflict, invalid, notFound } from '../../core/operations/control-error.ts';
import type { queueApi } from '../api/queue-api.ts';
import { knownHandler } from '../handler-scope.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { stateOf } from '../views/shown-handler.ts';
import { showQueues } from '../views/shown-queues.ts';

/** AWS needs some seconds to switch a mapping off; the function has 60 s. */
const RESTART_TRIES = 15;
const RESTART_PAUSE_MS = 3_000;

export const queueOperations: OperationsOf<typeof queueApi> = {
  'queue.list': async (ports) => ({ queues: await showQueues(ports) }),

  'queue.redrive': async ({ queueAdmin }, { queue }) => {
    checkKnown(queueAdmin.names(), queue);
    const { isDeadLetters } = await queueAdmin.state(queue);
    if (!isDeadLetters) {
      const message = `"${queue}" is not a dead-letter queue. Redrive "${queue}/dead-letters" instead.`;
      throw invalid('NOT_DEAD_LETTERS', message, 'queue');
    }
    return queueAdmin.redrive(queue);
  },

  'queue.purge': async ({ queueAdmin }, { queue, confirm }) => {
    checkKnown(queueAdmin.names(), queue);
    if (confirm !== queue) {
      const message = 'Repeat the name of the queue as the confirmation. Purged messages cannot be restored.';
      throw invalid('NOT_CONFIRMED', message, 'confirm');
    }
    await queueAdmin.purge(queue);
    return {
      done: true,
      note: 'SQS needs up to 60 s. A reconcile finds the changes that were lost, a sweep finds the deletes.',
    };
  },

  'queue.restart': async (ports, { handler }) => {
    knownHandler(ports, handler);
    const { value } = await ports.settings.handler(handler).read();
    const { consuming: isConsuming, leastConcurrency } = desiredConsuming(value);
    if (!isConsuming) {
      throw conflict(
        value.paused ? 'HANDLER_PAUSED' : 'BREAKER_OPEN',
        `Handler "${handler}" does not consume on purpose: it is ${stateOf(value)}. Resume it instead (\`resume\`).`,
      );
    }
    await ports.switches.setConsuming(handler, false);
    await consumeAgain(ports, handler, leastConcurrency);
    return { done: true };
  },
};

/** AWS refuses to enable a mapping while it is still being disabled. */
async function consumeAgain(
  { switches, sleep }: ControlPorts,
  handler: string,
  leastConcurrency: boolean,
): Promise<void> {
  for (let attempt = 0; attempt < RESTART_TRIES; attempt++) {
    try {
      return await switches.setConsuming(handler, true, leastConcurrency);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.failureClass !== 'retry') throw error;
      await sleep(RESTART_PAUSE_MS);
    }
  }
  throw new ControlError(
    { kind: 'unavailable', code: 'STILL_STOPPING' },
    `AWS is still disabling the queue of "${handler}". The caretaker enables it again within some minutes.`,
  );
}

function checkKnown(names: readonly string[], queue: string): void {
  if (names.includes(queue)) return;
  throw notFound('QUEUE_UNKNOWN', `This queue does not exist. Existing queues: ${names.join(', ')}.`);
}
