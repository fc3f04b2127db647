import type { ServerResponse } from 'node:http';
import type { FluentFaults, RequestFault } from './faults.ts';
import { FluentError } from './fluent-error.ts';
import { failedAnswer, type GraphqlAnswer } from './graphql-endpoint.ts';
import { send, sendJson } from './http.ts';
import type { FluentSwitches } from './switches.ts';

interface FaultyRequest {
  readonly response: ServerResponse;
  /** Executes the request. */
  readonly perform: () => Promise<GraphqlAnswer>;
  readonly expireToken: () => void;
  readonly faults: FluentFaults;
  readonly switches: FluentSwitches;
  /** Never rejects; resolves early when the twin stops. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Answers one GraphQL request under a fault. The fault decides whether the request is executed. */
export async function answerWithFault(fault: RequestFault, request: FaultyRequest): Promise<void> {
  const { response, perform, faults, switches, sleep } = request;
  switch (fault) {
    case 'hang':
      return;
    case 'resetBeforeWrite':
      response.socket?.resetAndDestroy();
      return;
    case 'resetAfterWrite':
      await perform();
      response.socket?.resetAndDestroy();
      return;
    case 'unauthorised':
      return sendJson(response, 401, { error: 'invalid_token' });
    case 'tokenExpired':
      request.expireToken();
      return sendJson(response, 401, { error: 'invalid_token' });
    case 'rateLimitedRetryAfter':
      response.setHeader('retry-after', String(faults.retryAfterSeconds));
      return sendJson(response, 429, { message: 'Too many requests.' });
    case 'rateLimited':
      return sendJson(response, 429, { message: 'Too many requests.' });
    case 'C0011E':
      return sendAnswer(response, failedAnswer(new FluentError('C0011E', 'rate limit exceeded'), switches));
    case 'S0002E':
      return sendAnswer(response, failedAnswer(serverError, switches));
    case 'serverError':
      return sendJson(response, 500, { message: 'Internal server error.' });
    case 'badGatewayHtml':
      return send(response, 502, badGateway);
    case 'badGatewayAfterWrite':
      await perform();
      return send(response, 502, badGateway);
    case 'slow': {
      const answer = await perform();
      await sleep(faults.slowMs);
      return sendAnswer(response, answer);
    }
    case 'lateWrite':
      await sleep(faults.slowMs);
      return sendAnswer(response, await perform());
    case 'dataAndErrors': {
      const { body } = await perform();
      const { errors = [] } = failedAnswer(serverError, switches).body;
      return sendAnswer(response, {
        status: 200,
        body: { ...body, errors: [...(body.errors ?? []), ...errors] },
      });
    }
    case 'invalidJson': {
      const text = JSON.stringify((await perform()).body);
      return send(response, 200, { type: 'application/json', body: text.slice(0, -2) });
    }
  }
}

export const sendAnswer = (response: ServerResponse, { status, body }: GraphqlAnswer) =>
  sendJson(response, status, body);

const serverError = new FluentError('S0002E', 'internal server error');
const badGateway = { type: 'text/html', body: '<html><body><h1>502 Bad Gateway</h1></body></html>' };
