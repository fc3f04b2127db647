import { ApiError } from './api-error.ts';

/** Resource path -> its part of the scope names. Unlisted resources require `manage_project`. */
const scopeNames: Record<string, string> = {
  customers: 'customers',
  'customer-groups': 'customer_groups',
  types: 'types',
  stores: 'stores',
  subscriptions: 'subscriptions',
};

/** Resources without a view scope. */
const manageOnly = new Set(['subscriptions']);

/** Reference expansion -> the resource that it reads. */
const expansions: readonly (readonly [RegExp, string])[] = [
  [/^customerGroup(Assignments)?\b/, 'customer-groups'],
  [/^custom\.type\b/, 'types'],
];

export interface AccessRequest {
  readonly projectKey: string;
  /** First path segment after the project (or the store), for example `customers`. */
  readonly resource: string;
  readonly reads: boolean;
  readonly expand: readonly string[];
}

/** Throws ApiError insufficient_scope (403). */
export function requireScopes(request: AccessRequest, granted: readonly string[]): void {
  requireScope(request.resource, request.reads, request.projectKey, granted);
  for (const path of request.expand) {
    for (const [pattern, resource] of expansions) {
      if (pattern.test(path)) requireScope(resource, true, request.projectKey, granted);
    }
  }
}

function requireScope(
  resource: string,
  reads: boolean,
  projectKey: string,
  granted: readonly string[],
): void {
  const name = scopeNames[resource];
  const accepted = ['manage_project'];
  if (name) accepted.push(`manage_${name}`);
  if (name && reads && !manageOnly.has(resource)) accepted.push(`view_${name}`);
  if (accepted.some((scope) => granted.includes(`${scope}:${projectKey}`))) return;

  const wanted = `${accepted.at(-1)}:${projectKey}`;
  throw new ApiError(
    403,
    'insufficient_scope',
    `Insufficient scope. One of the following scopes is missing: ${wanted}.`,
  );
}
