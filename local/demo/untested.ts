import type { FluentTwin } from '@fluent-connector/twins/fluent';
import type { Ledger } from './ledger.ts';
import type { Change } from './scenario.ts';

/** With this many changes of a kind, at least one must have had its effect. */
const ENOUGH = 20;

/** Kinds of work that the scenario requested but that never happened: without them, a good result proves nothing. */
export function untestedKinds(
  changes: readonly Change[],
  { outcomes }: Ledger,
  fluent: Pick<FluentTwin, 'calls' | 'customers'>,
): string[] {
  const requested = (...kinds: string[]) => changes.filter(({ kind }) => kinds.includes(kind)).length;
  const updates = changes.length - requested('create', 'delete', 'erase');
  const erased = fluent
    .customers()
    .filter(({ attributes }) =>
      attributes.some(({ name, value }) => name === 'syncStatus' && value === 'ERASED'),
    );
  const checks: [string, boolean][] = [
    ['create', requested('create') > 0 && fluent.calls().create === 0],
    ['update', updates >= ENOUGH && fluent.calls().update === 0],
    ['unchanged', requested('dateOfBirth', 'vatId') >= ENOUGH && outcomes.unchanged === 0],
    ['delete', requested('delete') > 0 && outcomes.deleted === 0],
    ['erase', requested('erase') > erased.length],
  ];
  return checks.filter(([, isUntested]) => isUntested).map(([kind]) => kind);
}
