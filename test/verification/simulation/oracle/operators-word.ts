import type { StateKey, StateStore } from '../../../../lambdas/core/delivery/ports/state-store.ts';
import { short } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import type { World } from '../world/world.ts';

/** An invocation that read the row before the operator changed it ends after this. */
const HANDLER_TIMEOUT_MS = 30_000;

interface RequestedEvent {
  readonly kind?: string;
  readonly dataErasure?: boolean;
  readonly process?: boolean;
  readonly resource?: { readonly id?: string };
}

/**
 * I11: the command of an operator for a single customer holds. From the moment the row shows it, and after earlier work has ended (an
 * invocation that had read the row, and a write whose answer was lost): an excluded customer is written only by events that were
 * released by name before (`process`, `link`); a linked one is written to that record only; an erased one stays erased.
 */
export class OperatorsWord {
  links = 0;
  /** Dead letters are moved back: from now on nothing counts as released. */
  isRedriving = false;
  readonly #world: World;
  readonly #skippedAt = new Map<string, number>();
  readonly #linked = new Map<string, { readonly ref: string; readonly at: number }>();
  readonly #toBeErased = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The queue accepted an event of an operator or a run. */
  sent(body: string): void {
    const { kind, dataErasure, resource } = JSON.parse(body) as RequestedEvent;
    if (kind === 'DELETE' && dataErasure === true && resource?.id) this.#toBeErased.add(resource.id);
  }

  /** Table calls that write the command of an operator. */
  heard(table: StateStore): Pick<StateStore, 'setSkipped' | 'link'> {
    return {
      setSkipped: (key, isSkipped) => {
        const before = this.#row(key);
        if (!isSkipped) this.#skippedAt.delete(key.id);
        else if (before?.status !== 'deleted' && before?.isSkipped !== true)
          this.#skippedAt.set(key.id, this.#world.kernel.now);
        return table.setSkipped(key, isSkipped);
      },
      link: (key, ref) => {
        const before = this.#row(key);
        const isNew = before?.status !== 'deleted' && (before?.isLinked !== true || before.ref !== ref);
        if (isNew) this.#linked.set(key.id, { ref, at: this.#world.kernel.now });
        if (isNew) this.links++;
        return table.link(key, ref);
      },
    };
  }

  /** An upsert takes effect in the OMS. */
  onWrite(id: string, username: string): void {
    const { sim, kernel, delivery } = this.#world;
    const onItsWay = HANDLER_TIMEOUT_MS + delivery.deltaSeconds * 1_000;
    const skippedAt = this.#skippedAt.get(id);
    if (skippedAt !== undefined && kernel.now - skippedAt > onItsWay) {
      if (!this.isRedriving && this.#isReleased(id))
        sim.reach.hit('exclusion: released before it was excluded');
      else sim.violate(new Violation('I11', `${short(id)}: written although an operator excluded it`));
    }
    const linked = this.#linked.get(id);
    if (linked && username !== linked.ref && kernel.now - linked.at > onItsWay)
      sim.violate(new Violation('I11', `${short(id)}: written to ${username}, but linked to ${linked.ref}`));
  }

  isSkipped(id: string): boolean {
    const row = this.#world.rowsById().get(id);
    return row?.status === 'live' && row.isSkipped === true;
  }

  linkedTo(id: string): string | undefined {
    return this.#linked.get(id)?.ref;
  }

  isToBeErased(id: string): boolean {
    return this.#toBeErased.has(id);
  }

  isErased(id: string): boolean {
    return this.#toBeErased.has(id) && this.#world.rowsById().get(id)?.erased === true;
  }

  #row({ id }: StateKey) {
    return this.#world.rowsById().get(id);
  }

  #isReleased(id: string): boolean {
    return this.#world.handlerQueue.bodies().some((body) => {
      const { process, resource } = JSON.parse(body) as RequestedEvent;
      return process === true && resource?.id === id;
    });
  }
}
