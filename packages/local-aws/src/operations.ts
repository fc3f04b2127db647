import type { JsonObject, Service, ServiceCall } from './contract.ts';
import { unknownOperation } from './fields.ts';

export type Operation = (input: JsonObject, call: ServiceCall) => JsonObject | Promise<JsonObject>;

/** A service made of its operations. Any other operation throws UnknownOperationException. */
export function serviceOf(name: string, operations: Readonly<Record<string, Operation>>): Service {
  return {
    handle: async (call) => {
      const run = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
      if (!run) throw unknownOperation(name, call.operation);
      return run(call.input, call);
    },
  };
}
