import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type ControlErrorKind,
  controlAnswer,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  operations,
} from '../../lambdas/control/api/control-api.ts';

/** Calls an operation of the control function. Throws ControlRefusal, or Error when the function crashed. */
export type Control = <N extends OperationName>(
  operation: N,
  input: OperationInput<N>,
) => Promise<OperationOutput<N>>;

/** The control function refused the operation; nothing was changed. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal';
  readonly kind: ControlErrorKind;
  /** Machine-readable, for example RUN_BUSY. */
  readonly code: string;
  readonly violations: readonly { readonly path: string; readonly message: string }[];
  constructor({ kind, code, message, violations = [] }: Refusal) {
    super(`${code}: ${message}`);
    this.kind = kind;
    this.code = code;
    this.violations = violations;
  }
}

interface Refusal {
  readonly kind: ControlErrorKind;
  readonly code: string;
  readonly message: string;
  readonly violations?: readonly { readonly path: string; readonly message: string }[] | undefined;
}

export interface Invoker {
  /** Payload of the function's answer. Throws when the function crashed. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  end(): void;
}

/** Invokes functions of the embedded AWS with the SDK's client, over HTTP. */
export function createInvoker(url: string, region: string): Invoker {
  const client = new LambdaClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    invoke: async (functionName, event) => {
      const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
      const { FunctionError, Payload } = await client.send(command);
      const text = Buffer.from(Payload ?? []).toString('utf8');
      if (FunctionError !== undefined) throw new Error(`${functionName} crashed: ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    end: () => client.destroy(),
  };
}

export function createControl({ invoke }: Invoker, functionName: string, caller: string): Control {
  return async (operation, input) => {
    const answer = controlAnswer.parse(await invoke(functionName, { operation, input, caller }));
    if (!answer.ok) throw new ControlRefusal(answer.error);
    // The compiler cannot connect the name of an operation to its schema.
    return operations[operation].output.parse(answer.output) as OperationOutput<typeof operation>;
  };
}
