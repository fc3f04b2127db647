import type { ResourceEvent } from './resource-event.ts';

/**
 * Merges two events of one resource: the highest version; a delete, an erasure and a force are never lost; a body only if it
 * is of the highest version. Associative and commutative in everything that the protocol reads.
 */
export function collapse(a: ResourceEvent, b: ResourceEvent): ResourceEvent {
  const [older, newer] = a.version <= b.version ? [a, b] : [b, a];
  const { body: _body, bodyAt: _bodyAt, kind: _kind, oldVersion: _old, ...rest } = newer;
  return {
    ...rest,
    kind: a.kind === 'DELETE' || b.kind === 'DELETE' ? 'DELETE' : 'UPSERT',
    ...(either(a.dataErasure, b.dataErasure) && { dataErasure: true }),
    ...(either(a.force, b.force) && { force: true }),
    ...(either(a.process, b.process) && { process: true }),
    ...oldestOf(a, b),
    ...newestBody(older, newer),
  };
}

function either(a: boolean | undefined, b: boolean | undefined): boolean {
  return a === true || b === true;
}

/** The version before the earlier of the two changes. */
function oldestOf(a: ResourceEvent, b: ResourceEvent): Pick<ResourceEvent, 'oldVersion'> {
  if (a.oldVersion === undefined || b.oldVersion === undefined) return {};
  return { oldVersion: Math.min(a.oldVersion, b.oldVersion) };
}

/** The body that was read last, of those with the highest version. */
function newestBody(older: ResourceEvent, newer: ResourceEvent): Pick<ResourceEvent, 'body' | 'bodyAt'> {
  const [best] = [older, newer]
    .filter((event) => event.version === newer.version && event.body !== undefined)
    .sort((a, b) => (b.bodyAt ?? 0) - (a.bodyAt ?? 0));
  return best ? { body: best.body, ...(best.bodyAt !== undefined && { bodyAt: best.bodyAt }) } : {};
}
