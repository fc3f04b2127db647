import type { DeadLetter } from '../../../../lambdas/core/delivery/dead-letter.ts';
import type { DeadLetterCopies } from '../../../../lambdas/core/delivery/ports/dead-letter-copies.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Invocation } from './invocation.ts';
import type { Message } from './message.ts';

/** The contents of dead-letter queues, by the name of the source queue: copies from handlers and messages that SQS moved itself. */
export type DeadLetterPlaces = Readonly<Record<string, readonly Message[][]>>;

/** Faults of a search through dead letters: no answer, a lost answer, or another consumer that has received the messages. */
export function deadLetterCopiesOf(
  { faults, random, reach, trace }: Sim,
  code: Code,
  { places, invocation }: { readonly places: DeadLetterPlaces; readonly invocation: Invocation },
): DeadLetterCopies {
  return {
    remove: (queue, isMoot) => {
      const fault = faults.draw('copies');
      const after = random.integer(20, 200);
      const error =
        fault === 'unreachable' || fault === 'answer-lost'
          ? new code.ConnectorError({ failureClass: 'retry', code: 'SQS_UNREACHABLE' }, 'No answer.')
          : undefined;
      const fate = { answerAfter: after, effectAfter: fault === 'unreachable' ? undefined : after, error };
      return invocation.call(`remove-copies ${queue}`, fate, () => {
        if (fault === 'in-hand') return { removed: 0, isWhole: true };
        let removed = 0;
        for (const letters of places[queue] ?? [])
          for (const letter of letters.filter(({ body }) => isAbout(code, body, isMoot))) {
            letters.splice(letters.indexOf(letter), 1);
            trace.note('copy-removed', queue, letter.id);
            reach.hit(`copies: removed from ${queue}`);
            removed++;
          }
        return { removed, isWhole: true };
      });
    },
  };
}

function isAbout(code: Code, body: string, isMoot: (letter: DeadLetter) => boolean): boolean {
  const letter = code.readDeadLetter(body);
  return letter !== undefined && isMoot(letter);
}
