import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ConnectorError, type FailureClass } from '../../core/base/errors.ts';
import { readJson } from '../../core/base/json.ts';
import { handlerAnswers, handlerFailure } from '../../core/runs/handler-request.ts';
import type { HandlerFunctions } from '../../core/runs/ports/handler-functions.ts';

export interface LambdaHandlerFunctionsOptions {
  readonly client: LambdaClient;
  /** Handler id -> name of its function. */
  readonly functionNames: Readonly<Record<string, string>>;
  /** Ends with the invocation of the caller. */
  readonly signal: AbortSignal;
}

/** Handler functions through Lambda's Invoke; see `HandlerFunctions`. */
export function createLambdaHandlerFunctions({
  client,
  functionNames,
  signal,
}: LambdaHandlerFunctionsOptions): HandlerFunctions {
  return {
    async ask(handlerId, request) {
      const name = functionNames[handlerId];
      if (name === undefined) throw unreachable(handlerId, 'no function is known', 'configuration');
      const answer = await client
        .send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(request)) }), {
          abortSignal: signal,
        })
        .catch((cause: unknown) => {
          const why = cause instanceof Error ? cause.name : 'Unknown';
          // Never a fault of what was asked: a role or a name is wrong, or the service is not there.
          const isOurs = /AccessDenied|ResourceNotFound/.test(why);
          throw unreachable(handlerId, why, isOurs ? 'configuration' : 'retry', cause);
        });
      if (answer.FunctionError !== undefined)
        throw unreachable(handlerId, `it ended with ${answer.FunctionError}`);
      const json = readJson(Buffer.from(answer.Payload ?? []).toString('utf8'));
      const value = 'value' in json ? json.value : undefined;
      const failed = handlerFailure.safeParse(value);
      if (failed.success) throw handlersOwn(handlerId, failed.data.error);
      const read = handlerAnswers[request.request].safeParse(value);
      if (!read.success) throw unreachable(handlerId, 'its answer has another shape');
      return read.data as never;
    },
  };
}

function handlersOwn(
  handlerId: string,
  {
    failureClass,
    code,
    retryAfterSeconds,
  }: { failureClass: FailureClass; code: string; retryAfterSeconds?: number | undefined },
): ConnectorError {
  return new ConnectorError(
    { failureClass, code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    `The handler "${handlerId}" could not answer: ${code}.`,
  );
}

function unreachable(
  handlerId: string,
  why: string,
  failureClass: FailureClass = 'retry',
  cause?: unknown,
): ConnectorError {
  return new ConnectorError(
    { failureClass, code: 'HANDLER_UNREACHABLE' },
    `The function of handler "${handlerId}" did not answer: ${why}. Look at its log (connector tail).`,
    { cause },
  );
}
