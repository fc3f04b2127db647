import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { StateKey } from '../../core/delivery/ports/state-store.ts';
import { type Item, textOf } from './table.ts';

/**
 * The kinds of items in the one table. `pk` groups what is listed together and `sk` orders it, so every list is a Query and
 * nothing needs an index. Resource ids are pseudonyms; a key may contain no other personal value.
 *
 * | item | pk | sk |
 * |---|---|---|
 * | state row | S#handler#project#type#id | # |
 * | failure | F#handler#project#group | type#id |
 * | failure group | FG#handler#project | group |
 * | change recorded in Prepare mode | P#handler#project | type#id |
 * | resource that an operator excluded | K#handler#project | type#id |
 * | run | RUNS#project | run id |
 * | plan of a page | R#run id | plan#page |
 * | outcomes of a page's entries | R#run id | done#page |
 * | difference of a report | R#run id | diff#class#id |
 * | run lock | LOCK#project | handler |
 * | live setting | C#project | name |
 * | erasure receipt | E#project | hash of handler and resource |
 * | erased resource whose dead-letter copies are still searched | X#handler#project | type#id |
 */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

type Scope = Pick<StateKey, 'handlerId' | 'projectKey'>;

/** A state row is the only item of its partition. */
export const rowSortKey = '#';

export function itemKey({ pk, sk }: ItemKey): Record<'pk' | 'sk', AttributeValue> {
  return { pk: { S: pk }, sk: { S: sk } };
}

export function stateKey({ handlerId, projectKey, resourceType, id }: StateKey): ItemKey {
  return { pk: `S#${handlerId}#${projectKey}#${resourceType}#${id}`, sk: rowSortKey };
}

/** `S#handler#project#type#id` -> its parts, for the sweep, which scans. */
export function readStateKey(pk: string): StateKey | undefined {
  const [kind, handlerId, projectKey, resourceType, id] = pk.split('#');
  if (kind !== 'S' || !handlerId || !projectKey || !resourceType || !id) return undefined;
  return { handlerId, projectKey, resourceType, id };
}

export const failuresKey = ({ handlerId, projectKey }: Scope, group: string): string =>
  `F#${handlerId}#${projectKey}#${group}`;
export const failureGroupsKey = ({ handlerId, projectKey }: Scope): string => `FG#${handlerId}#${projectKey}`;
export const pendingKey = ({ handlerId, projectKey }: Scope): string => `P#${handlerId}#${projectKey}`;
export const skippedKey = ({ handlerId, projectKey }: Scope): string => `K#${handlerId}#${projectKey}`;
export const erasedKey = ({ handlerId, projectKey }: Scope): string => `X#${handlerId}#${projectKey}`;
export const resourceSortKey = ({ resourceType, id }: Pick<StateKey, 'resourceType' | 'id'>): string =>
  `${resourceType}#${id}`;
/** `type#id` -> its parts. */
export function readResourceSortKey(item: Item): Pick<StateKey, 'resourceType' | 'id'> {
  const [resourceType = '', id = ''] = textOf(item, 'sk').split('#');
  return { resourceType, id };
}
export const runsKey = (projectKey: string): string => `RUNS#${projectKey}`;
export const runKey = (runId: string): string => `R#${runId}`;
export const pageSortKey = (kind: 'plan' | 'done', page: number): string =>
  `${kind}#${String(page).padStart(6, '0')}`;
export const lockKey = (projectKey: string): string => `LOCK#${projectKey}`;
export const settingsKey = (projectKey: string): string => `C#${projectKey}`;
export const receiptsKey = (projectKey: string): string => `E#${projectKey}`;
