import type { EventSourceState } from '../../core/operations/subscription-request.ts';

interface Problem {
  readonly detail: string;
  readonly fix: string;
}

/** Only another key gives a new event source: the old name belongs to a bus that receives nothing. */
export const NEW_KEY = 'Deploy with another commercetools.subscriptionKey, then run a reconcile and a sweep.';

const problems: Readonly<Partial<Record<EventSourceState, Problem>>> = {
  PENDING: {
    detail: 'The event source is PENDING: no event bus is associated with it, so every change is lost',
    fix:
      'Deploy the stack, which creates the bus. If the bus exists already, it belongs to an older source of that name: deploy ' +
      'with another commercetools.subscriptionKey. Then run a reconcile and a sweep.',
  },
  DELETED: {
    detail: 'The event source is DELETED: commercetools removed it, and its bus receives nothing any more',
    fix: NEW_KEY,
  },
  MISSING: {
    detail: 'EventBridge does not know the event source',
    fix: `Check account and region of the subscription (\`subscription show\`). ${NEW_KEY}`,
  },
};

/** Why the partner event source delivers nothing, and how to fix it; undefined = it delivers. */
export function sourceProblem(state: EventSourceState, source: string): Problem | undefined {
  const problem = problems[state];
  return problem && { ...problem, detail: `${problem.detail} (${source}).` };
}
