import { classOfFailure } from './failure-classes.ts';

/** A failed resource: an item of its own, found by its group without a scan. No personal data. */
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
  /** How often it failed. */
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
 * The group of a failure: cause, code and field, for example `refused:C0141E:firstName`. Safe in a key and on a command line.
 * `field`: its name in Fluent or commercetools; our own codes may contain it (`INVALID:email`).
 */
export function failureGroup(code: string, field?: string): string {
  return asKey(field === undefined ? prefixOf(code) : `${prefixOf(code)}:${field}`);
}

/** The field of a group, if its code does not contain it. */
export function fieldOfGroup({ group, code }: Pick<FailureGroup, 'group' | 'code'>): string | undefined {
  const start = `${asKey(prefixOf(code))}:`;
  return group.startsWith(start) ? group.slice(start.length) : undefined;
}

const prefixOf = (code: string): string => `${classOfFailure(code)}:${code}`;
const asKey = (text: string): string => text.replaceAll(/[^\w.:-]/g, '_').slice(0, 200);
