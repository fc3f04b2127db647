import { type ConditionContext, conditionsHold } from './conditions.ts';
import { matchesGlob } from './glob.ts';
import type { Grant } from './grant.ts';
import type { Statement } from './policy-document.ts';

export type Verdict = 'allowed' | 'denied' | 'not granted';

/** The statements that cover this grant and apply to this caller. */
export function applicable<S extends Statement>(
  statements: readonly S[],
  grant: Grant,
  context: ConditionContext,
  principals: readonly string[],
): S[] {
  return statements.filter(
    (statement) =>
      statement.actions.some((action) => matchesGlob(action, grant.action, true)) &&
      (statement.resources.length === 0 ||
        statement.resources.some((resource) => matchesGlob(resource, grant.resource))) &&
      (!statement.principals || statement.principals.some((id) => id === '*' || principals.includes(id))) &&
      conditionsHold(statement.conditions, context),
  );
}

/** An explicit Deny wins. Without any Allow nothing is granted. */
export function verdictOf(statements: readonly Statement[]): Verdict {
  if (statements.some(({ effect }) => effect === 'Deny')) return 'denied';
  return statements.some(({ effect }) => effect === 'Allow') ? 'allowed' : 'not granted';
}
