import type { PolicyReport } from '../contract.ts';
import { matchesGlob } from './glob.ts';
import type { Grant } from './grant.ts';
import type { Statement } from './policy-document.ts';

export function grantKey({ action, resource }: Grant): string {
  return `${action} ${resource}`;
}

/** Records which grants calls needed, and which were missing. */
export class PolicyUse {
  readonly #used = new Map<Statement, Set<string>>();
  readonly #denied = new Map<string, { role: string; action: string; resource: string; calls: number }>();

  used(statement: Statement, grant: Grant): void {
    const pairs = this.#used.get(statement) ?? new Set();
    for (const pair of pairsOf(statement)) {
      if (matchesGlob(pair.action, grant.action, true) && matchesGlob(pair.resource, grant.resource))
        pairs.add(grantKey(pair));
    }
    this.#used.set(statement, pairs);
  }

  denied(role: string, grant: Grant): void {
    const key = `${role} ${grantKey(grant)}`;
    const entry = this.#denied.get(key) ?? { role, ...grant, calls: 0 };
    entry.calls += 1;
    this.#denied.set(key, entry);
  }

  report(granted: readonly { role: string; statement: Statement }[]): PolicyReport {
    const unused = granted.flatMap(({ role, statement }) =>
      pairsOf(statement)
        .filter((pair) => !this.#used.get(statement)?.has(grantKey(pair)))
        .map((pair) => ({ role, ...pair })),
    );
    return { denied: [...this.#denied.values()], unused };
  }
}

function pairsOf(statement: Statement): Grant[] {
  return statement.actions.flatMap((action) => statement.resources.map((resource) => ({ action, resource })));
}
