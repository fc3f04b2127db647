import type { EventSourceState } from '../core/operations/subscription-request.ts';

/** Why the partner event source hands nothing on, and how to fix it; undefined = it does. */
export function sourceProblem(
  state: EventSourceState,
  source: string,
): { readonly detail: string; readonly fix: string } | undefined {
  const problem = problems[state];
  return problem && { ...problem, detail: `${problem.detail} (${source}).` };
}

/** Nothing but another key brings back what was lost with an event source: its name is taken by a bus that gets nothing. */
export const NEW_KEY = 'Deploy with another commercetools.subscriptionKey, then run a reconcile and a sweep.';

const problems: { readonly [S in EventSourceState]?: { readonly detail: string; readonly fix: string } } = {
  PENDING: {
    detail: 'The event source is PENDING: no event bus is associated with it, so every change is lost',
    fix:
      'Deploy the stack, which makes the bus. If the bus stands already, it belongs to an older source of that name: deploy with ' +
      'another commercetools.subscriptionKey. Then run a reconcile and a sweep.',
  },
  DELETED: {
    detail: 'The event source is DELETED: commercetools took it back, its bus gets nothing any more',
    fix: NEW_KEY,
  },
  MISSING: {
    detail: 'EventBridge does not know the event source',
    fix: `Check account and region of the subscription (\`subscription show\`). ${NEW_KEY}`,
  },
};
