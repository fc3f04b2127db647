import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type * as z from 'zod/mini';
import { ConnectorError } from '../../core/base/errors.ts';
import { readJson } from '../../core/base/json.ts';
import { handlerAnswers, handlerFailure } from '../../core/runs/handler-request.ts';
import type { HandlerFunctions } from '../../core/runs/ports/handler-functions.ts';

export interface LambdaHandlerFunctionsOptions {
  readonly client: LambdaClient;
  /** Handler id -> name of its function. */
  readonly functionNames: Readonly<Record<string, string>>;
  /** Aborts requests when the caller's invocation ends. */
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
      if (name === undefined) throw unreachable(handlerId, 'no function is known', { isOurs: true });
      const answer = await client
        .send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(request)) }), {
          abortSignal: signal,
        })
        .catch((cause: unknown) => {
          const why = cause instanceof Error ? cause.name : 'Unknown';
          // Never a fault of the request: a role or a name is wrong, or the service is not available.
          throw unreachable(handlerId, why, { isOurs: /AccessDenied|ResourceNotFound/.test(why), cause });
        });
      if (answer.FunctionError !== undefined)
        throw unreachable(handlerId, `it failed with ${answer.FunctionError}`);
      const json = readJson(Buffer.from(answer.Payload ?? []).toString('utf8'));
      const value = 'value' in json ? json.value : undefined;
      const failed = handlerFailure.safeParse(value);
      if (failed.success) throw failureOf(handlerId, failed.data.error);
      const read = handlerAnswers[request.request].safeParse(value);
      if (!read.success) throw unreachable(handlerId, 'its answer has an unexpected shape');
      return read.data as never;
    },
  };
}

/** The failure that the handler answered. */
function failureOf(
  handlerId: string,
  { retryAfterSeconds, ...failure }: z.infer<typeof handlerFailure>['error'],
): ConnectorError {
  return new ConnectorError(
    { ...failure, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    `The handler "${handlerId}" could not answer: ${failure.code}.`,
  );
}

/** `isOurs`: the deployment is at fault, and a retry does not help. */
function unreachable(
  handlerId: string,
  why: string,
  { isOurs = false, cause }: { readonly isOurs?: boolean; readonly cause?: unknown } = {},
): ConnectorError {
  return new ConnectorError(
    { failureClass: isOurs ? 'configuration' : 'retry', code: 'HANDLER_UNREACHABLE' },
    `The function of handler "${handlerId}" did not answer: ${why}. Read its log (connector tail).`,
    { cause },
  );
}
