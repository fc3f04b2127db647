import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  controlAnswer,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  operations,
} from '../../lambdas/control/api/control-api.ts';
import { CliError } from '../cli-error.ts';
import type { Shell } from '../shell.ts';
import { awsFailure } from './aws-failure.ts';
import { callerOf } from './caller.ts';
import type { Target } from './connector-target.ts';

/** The function itself times out after 60 s. */
const TIMEOUT_MS = 75_000;

/** Runs an operation of the control function. Throws CliError with the kind, code and violations of its error. */
export type RunOperation = <N extends OperationName>(
  operation: N,
  input: OperationInput<N>,
) => Promise<OperationOutput<N>>;

export interface ControlClient {
  readonly run: RunOperation;
  end(): void;
}

export function createControlClient(target: Target, shell: Pick<Shell, 'userName'>): ControlClient {
  // No retries: an operation without an answer may have been done, and only a person can decide to repeat it.
  const client = new LambdaClient({ ...target.aws, maxAttempts: 1 });
  let caller: Promise<string> | undefined;

  async function invoke(operation: OperationName, input: unknown): Promise<string> {
    try {
      caller ??= callerOf(target, shell);
      const request = { operation, input, caller: await caller };
      const answer = await client.send(
        new InvokeCommand({ FunctionName: target.functionName, Payload: JSON.stringify(request) }),
        { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
      );
      if (answer.FunctionError !== undefined) throw crashed(target, answer.FunctionError);
      return Buffer.from(answer.Payload ?? []).toString('utf8');
    } catch (error) {
      throw awsFailure(error, target);
    }
  }

  return {
    run: async (operation, input) => readAnswer(operation, await invoke(operation, input)),
    end: () => client.destroy(),
  };
}

function readAnswer<N extends OperationName>(operation: N, payload: string): OperationOutput<N> {
  const answer = controlAnswer.safeParse(parsed(payload));
  if (!answer.success) throw unreadable(operation, 'the answer');
  if (!answer.data.ok) {
    const { kind, code, message, violations } = answer.data.error;
    throw new CliError({ kind, code, ...(violations && { violations }) }, message);
  }
  const output = operations[operation].output.safeParse(answer.data.output);
  if (!output.success) throw unreadable(operation, output.error.issues[0]?.path.join('.') ?? 'the output');
  return output.data as OperationOutput<N>;
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

function crashed({ stage, isLocal }: Target, how: string): CliError {
  const where = isLocal ? '.local/logs' : `"connector tail --stage ${stage} --failed"`;
  return new CliError(
    { kind: 'internal', code: 'CONTROL_CRASHED' },
    `The control function crashed (${how}). Its log shows why: ${where}.`,
  );
}

function unreadable(operation: string, where: string): CliError {
  return new CliError(
    { kind: 'internal', code: 'UNREADABLE_ANSWER' },
    `Cannot read the answer to ${operation} (${where}): this command line and the deployed connector have different versions. Deploy this version, or use the command line of the deployed version.`,
  );
}
