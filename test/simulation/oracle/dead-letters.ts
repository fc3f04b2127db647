import { Violation } from '../kernel/violation.ts';
import type { Beside } from '../world/beside.ts';
import type { World } from '../world/world.ts';

const THREE_DAYS = 3 * 86_400_000;

/** An outage or a pause gives nothing up: neither by the number of tries nor, if nothing else went wrong, by age. */
export function checkDeadLetters(world: World, { plan }: Beside): void {
  const isShortened = Object.keys(world.plan.delivery).length > 0;
  if (!plan.hasNoDeadLetters || isShortened) return;
  const lasted = world.plan.faultsUntil;
  const others = [...world.sim.faults.hits.keys()].filter(
    (kind) => !/^(partner|noise|deployment|minute|outage) /.test(kind),
  );
  for (const { body } of world.deadLetters['handler-dlq'].copies) {
    const { reason } = JSON.parse(body) as { reason: string };
    // A message that was tried five times by chance and is older than three days may be given up.
    const isExcused = reason === 'GAVE_UP_AGE' && lasted > THREE_DAYS && others.length > 0;
    if (reason.startsWith('GAVE_UP') && !isExcused)
      world.sim.violate(new Violation('I4', `${reason} after an outage or a pause`));
  }
  if (world.handlerQueue.dead.length > 0)
    world.sim.violate(new Violation('I4', 'SQS itself moved a message to the dead letters'));
}
