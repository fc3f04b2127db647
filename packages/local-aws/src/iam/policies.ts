import type { Arns } from '../arns.ts';
import { AwsError, type Caller, type JsonObject, type PolicyReport, type ServiceCall } from '../contract.ts';
import { applicable, verdictOf } from './evaluate.ts';
import type { Grant } from './grant.ts';
import { neededGrants } from './needed-grants.ts';
import { parsePolicy, type Statement } from './policy-document.ts';
import { grantKey, PolicyUse } from './policy-use.ts';

type CheckedCaller = Exclude<Caller, { kind: 'host' }>;

/** Holds all policies of the account and checks every call against them. */
export class Policies {
  readonly #arns: Arns;
  readonly #account: string;
  readonly #roles = new Map<string, Map<string, Statement[]>>();
  readonly #resources = new Map<string, Map<string, Statement[]>>();
  readonly #verdicts = new Map<string, boolean>();
  readonly #use = new PolicyUse();

  constructor(arns: Arns, account: string) {
    this.#arns = arns;
    this.#account = account;
  }

  addRole(name: string): void {
    this.#roles.set(name, this.#roles.get(name) ?? new Map());
  }

  hasRole(name: string): boolean {
    return this.#roles.has(name);
  }

  setRolePolicy(role: string, policyName: string, document: JsonObject | string): void {
    const policies = this.#roles.get(role);
    if (!policies)
      throw new AwsError('NoSuchEntity', `The role with name ${role} cannot be found.`, { status: 404 });
    policies.set(policyName, parsePolicy(document));
    this.#verdicts.clear();
  }

  setResourcePolicy(arn: string, document: JsonObject | string | null, id = 'policy'): void {
    const policies = this.#resources.get(arn) ?? new Map<string, Statement[]>();
    if (document === null || document === '') policies.delete(id);
    else policies.set(id, parsePolicy(document));
    this.#resources.set(arn, policies);
    this.#verdicts.clear();
  }

  /** Throws AccessDeniedException with caller, action and resource unless the policies allow the call. */
  check(call: ServiceCall): void {
    const { caller } = call;
    if (caller.kind === 'host') return;
    for (const grant of neededGrants(call, this.#arns)) {
      const key = `${callerName(caller)} ${caller.kind === 'service' ? caller.sourceArn : ''} ${grantKey(grant)}`;
      const allowed = this.#verdicts.get(key) ?? this.#evaluate(caller, grant);
      this.#verdicts.set(key, allowed);
      if (allowed) continue;
      this.#use.denied(callerName(caller), grant);
      throw denial(call, caller, grant, this.#arns);
    }
  }

  report(): PolicyReport {
    const granted = [...this.#roles].flatMap(([role, policies]) =>
      [...policies.values()]
        .flat()
        .flatMap((statement) => (statement.effect === 'Allow' ? [{ role, statement }] : [])),
    );
    return this.#use.report(granted);
  }

  #evaluate(caller: CheckedCaller, grant: Grant): boolean {
    const context = this.#contextOf(caller);
    const principals = this.#principalsOf(caller);
    const ofResource = applicable(this.#resourceStatements(grant.resource), grant, context, principals);
    const ofRole =
      caller.kind === 'role' ? applicable(this.#roleStatements(caller.role), grant, context, []) : [];
    if (caller.kind === 'role') for (const statement of ofRole) this.#use.used(statement, grant);
    return verdictOf([...ofRole, ...ofResource]) === 'allowed';
  }

  #roleStatements(role: string): Statement[] {
    return [...(this.#roles.get(role)?.values() ?? [])].flat();
  }

  #resourceStatements(arn: string): Statement[] {
    return [...(this.#resources.get(arn)?.values() ?? [])].flat();
  }

  #principalsOf(caller: CheckedCaller): string[] {
    if (caller.kind === 'service') return [`Service:${caller.principal}`];
    return [`AWS:${this.#arns.role(caller.role)}`];
  }

  #contextOf(caller: CheckedCaller): Record<string, string> {
    // Loopback counts as TLS. Otherwise a policy with enforceSSL would deny everything.
    const common = { 'aws:securetransport': 'true' };
    if (caller.kind === 'role') {
      return {
        ...common,
        'aws:principalarn': this.#arns.role(caller.role),
        'aws:principalaccount': this.#account,
      };
    }
    return { ...common, 'aws:sourcearn': caller.sourceArn, 'aws:sourceaccount': this.#account };
  }
}

function callerName(caller: CheckedCaller): string {
  return caller.kind === 'role' ? caller.role : caller.principal;
}

function denial(call: ServiceCall, caller: CheckedCaller, { action, resource }: Grant, arns: Arns): AwsError {
  const name =
    caller.kind === 'role' ? arns.role(caller.role) : `${caller.principal} for ${caller.sourceArn}`;
  const rest = call.service === 'lambda' || call.service === 'scheduler';
  return new AwsError(
    'AccessDeniedException',
    `${name} is not authorized to perform: ${action} on resource: ${resource}`,
    {
      status: rest ? 403 : 400,
    },
  );
}
