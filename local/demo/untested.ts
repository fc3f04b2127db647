import type { FluentTwin } from '@fluent-connector/twins/fluent';
import type { Ledger } from './ledger.ts';
import type { Change } from './scenario.ts';

/** So many changes of a kind that at least one of them must have shown its effect. */
const ENOUGH = 20;

/**
 * Kinds of work that the scenario asked for and that never happened. A demo that is green because nothing was tried would prove
 * nothing.
 */
export function untestedKinds(
  changes: readonly Change[],
  { outcomes }: Ledger,
  fluent: Pick<FluentTwin, 'calls' | 'customers'>,
): string[] {
  const asked = (...kinds: string[]) => changes.filter(({ kind }) => kinds.includes(kind)).length;
  const updates = changes.length - asked('create', 'delete', 'erase');
  const erased = fluent
    .customers()
    .filter(({ attributes }) =>
      attributes.some(({ name, value }) => name === 'syncStatus' && value === 'ERASED'),
    );
  const checks: [string, boolean][] = [
    ['create', asked('create') > 0 && fluent.calls().create === 0],
    ['update', updates >= ENOUGH && fluent.calls().update === 0],
    ['unchanged', asked('dateOfBirth', 'vatId') >= ENOUGH && outcomes.unchanged === 0],
    ['delete', asked('delete') > 0 && outcomes.deleted === 0],
    ['erase', asked('erase') > erased.length],
  ];
  return checks.filter(([, isUntested]) => isUntested).map(([kind]) => kind);
}
