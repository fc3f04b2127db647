import { classOfFailure } from './failure-classes.ts';

/** A resource that was set aside: an item of its own, found by its group without scanning. No personal value. */
export interface FailureItem {
  readonly resourceType: string;
  readonly id: string;
  readonly group: string;
  readonly code: string;
  readonly version: number;
  readonly kind: 'UPSERT' | 'DELETE';
  readonly dataErasure?: boolean;
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** How often it was set aside. */
  readonly times: number;
}

export interface FailureGroup {
  readonly group: string;
  readonly code: string;
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly exampleId: string;
}

/**
 * The fingerprint of a failure: class, code and field, `refused:C0141E:firstName`. Only what may stand in a key and on a command
 * line. `field`: its name, as Fluent or commercetools has it; a code of ours may name it itself: `INVALID:email`.
 */
export function failureGroup(code: string, field?: string): string {
  return asKey(field === undefined ? prefixOf(code) : `${prefixOf(code)}:${field}`);
}

/** The field that a group is about, if its code does not name it itself. */
export function fieldOfGroup({ group, code }: Pick<FailureGroup, 'group' | 'code'>): string | undefined {
  const start = `${asKey(prefixOf(code))}:`;
  return group.startsWith(start) ? group.slice(start.length) : undefined;
}

const prefixOf = (code: string): string => `${classOfFailure(code)}:${code}`;
const asKey = (text: string): string => text.replaceAll(/[^\w.:-]/g, '_').slice(0, 200);
