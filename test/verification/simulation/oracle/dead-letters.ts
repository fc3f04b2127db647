import { short } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import { type Beside, HANDLER_ID } from '../world/beside.ts';
import { PROJECT, type World } from '../world/world.ts';

const THREE_DAYS = 3 * 86_400_000;

/** An outage or a pause causes no give-up: neither by receives nor, without other faults, by age. */
export function checkDeadLetters(world: World, { plan }: Beside): void {
  const isShortened = Object.keys(world.plan.delivery).length > 0;
  if (!plan.hasNoDeadLetters || isShortened) return;
  const lasted = world.plan.faultsUntil;
  const others = [...world.sim.faults.hits.keys()].filter(
    (kind) => !/^(partner|noise|deployment|minute|outage) /.test(kind),
  );
  for (const { body } of world.deadLetters['handler-dlq'].copies) {
    const { reason } = JSON.parse(body) as { reason: string };
    // A message that was received five times by chance and is older than three days may be given up.
    const isExcused = reason === 'GAVE_UP_AGE' && lasted > THREE_DAYS && others.length > 0;
    if (reason.startsWith('GAVE_UP') && !isExcused)
      world.sim.violate(new Violation('I4', `${reason} after an outage or a pause`));
  }
  if (world.handlerQueue.dead.length > 0)
    world.sim.violate(new Violation('I4', 'SQS itself dead-lettered a message'));
}

/** I8: after an erasure, once the dead letters were searched, none is about the erased customer, and the receipt says so. */
export async function checkErasedCopies(world: World): Promise<void> {
  const { code, sim, stores } = world;
  const scope = { handlerId: HANDLER_ID, projectKey: PROJECT };
  const places = Object.values(world.deadLetterPlaces()).flat(2);
  const about = new Set(places.map(({ body }) => code.readDeadLetter(body)?.resource));
  for (const { resourceType, id, isSearched } of await stores.erased.list(scope)) {
    // Requested but not committed: the dead letter may be all that is left of the erasure.
    if (world.rowsById().get(id)?.erased !== true) continue;
    const key = { ...scope, resourceType, id };
    const receipt = await stores.receipts.read(code.receiptSubject(key));
    if (!isSearched) sim.violate(new Violation('I8', `${short(id)}: copies were not searched`));
    if (receipt?.copiesGoneAt === undefined)
      sim.violate(new Violation('I8', `${short(id)}: the receipt does not say that the copies are gone`));
    if (about.has(code.groupId({ resource: { typeId: resourceType, id } })))
      sim.violate(new Violation('I8', `${short(id)}: a dead letter of an erased customer`));
  }
}
