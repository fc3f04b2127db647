import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ConnectorError, type Failure } from '../../core/base/errors.ts';
import { readJson } from '../../core/base/json.ts';
import type { SubscriptionFunction } from '../../core/operations/ports/subscription-function.ts';
import {
  type SubscriptionProperties,
  type SubscriptionRequest,
  subscriptionAnswers,
  subscriptionFailure,
} from '../../core/operations/subscription-request.ts';

export interface LambdaSubscriptionFunctionOptions {
  readonly client: LambdaClient;
  readonly functionName: string;
  readonly subscription: SubscriptionProperties;
  /** Aborts requests when the caller's invocation ends. */
  readonly signal: AbortSignal;
}

/** The subscription function through Lambda's Invoke. */
export function createLambdaSubscriptionFunction(
  options: LambdaSubscriptionFunctionOptions,
): SubscriptionFunction {
  const { client, functionName, subscription, signal } = options;
  return {
    async ask(request) {
      const question: SubscriptionRequest = { request, subscription };
      const answer = await client
        .send(
          new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(question)) }),
          { abortSignal: signal },
        )
        .catch((cause: unknown) => {
          throw unreachable(cause instanceof Error ? cause.name : 'Unknown', cause);
        });
      if (answer.FunctionError !== undefined) throw unreachable(answer.FunctionError);
      const json = readJson(Buffer.from(answer.Payload ?? []).toString('utf8'));
      const value = 'value' in json ? json.value : undefined;
      const failed = subscriptionFailure.safeParse(value);
      if (failed.success) throw new ConnectorError(failed.data.error, failed.data.error.message);
      const read = subscriptionAnswers[request].safeParse(value);
      if (!read.success) throw unreachable('its answer has an unexpected shape');
      return read.data as never;
    },
  };
}

function unreachable(why: string, cause?: unknown): ConnectorError {
  const failure: Failure = {
    failureClass: /AccessDenied|ResourceNotFound/.test(why) ? 'configuration' : 'retry',
    code: 'SUBSCRIPTION_UNREACHABLE',
  };
  return new ConnectorError(
    failure,
    `The subscription function did not answer: ${why}. Read its log (connector tail).`,
    { cause },
  );
}
