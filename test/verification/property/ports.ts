/** A method of a port, with any parameters and answer. */
export type Call = (...args: never[]) => Promise<unknown>;

/** Wraps methods of a port. */
export function wrap<Port extends object>(
  port: Port,
  names: readonly (keyof Port)[],
  around: (call: Call) => Call,
): void {
  for (const name of names) Object.assign(port, { [name]: around((port[name] as Call).bind(port)) });
}

export const storeCalls = [
  'read',
  'commitSynced',
  'commitDeleted',
  'markFailed',
  'forgetHash',
  'reserveRef',
] as const;
export const fluentCalls = ['findByUsername', 'findByEmail', 'create', 'update'] as const;
