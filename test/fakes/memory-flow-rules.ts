import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import type { FedQueue, FlowRules } from '../../lambdas/core/operations/ports/flow-rules.ts';

/** Rules by the operators' names; `queues` may be changed at any time. */
export function createMemoryFlowRules(
  rules: Readonly<Record<string, { readonly arn: string; readonly queues: FedQueue[] }>>,
): FlowRules {
  return {
    arns: Object.fromEntries(Object.entries(rules).map(([name, { arn }]) => [name, arn])),
    async queuesOf(name) {
      const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
      if (rule) return rule.queues;
      throw new ConnectorError(
        { failureClass: 'configuration', code: 'RULE_UNKNOWN' },
        `There is no rule "${name}".`,
      );
    },
  };
}
