/** An action on a resource that a caller must be allowed to perform. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
}

/** One grant per distinct resource, all with the same action. */
export function grantsOn(action: string, resources: readonly string[]): Grant[] {
  return [...new Set(resources)].map((resource) => ({ action, resource }));
}
