import { EventEmitter } from 'node:events';
import dynalite from 'dynalite';
import { AwsError, type Json, type JsonObject } from '../contract.ts';
import { isObject } from '../fields.ts';

/** Carries out one operation of dynalite, or throws AwsError. */
export interface DynaliteCore {
  send(operation: string, input: JsonObject): Promise<JsonObject>;
}

export function startDynaliteCore(place: { region: string; accountId: string }): DynaliteCore {
  const server = withEnvironment(place, () =>
    dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }),
  );
  return {
    send: async (operation, input) => {
      const { status, body } = await exchange(server, operation, JSON.stringify(input));
      const answer = JSON.parse(body) as Json;
      if (!isObject(answer))
        throw new AwsError('InternalServerError', `DynamoDB answered ${body}`, { status: 500 });
      if (status < 300) return answer;
      throw errorOf(answer, status);
    },
  };
}

/** dynalite reads the region and account of its ARNs from environment variables when it is created. */
function withEnvironment<T>({ region, accountId }: { region: string; accountId: string }, make: () => T): T {
  const { AWS_REGION, AWS_ACCOUNT_ID } = process.env;
  Object.assign(process.env, { AWS_REGION: region, AWS_ACCOUNT_ID: accountId });
  try {
    return make();
  } finally {
    restore('AWS_REGION', AWS_REGION);
    restore('AWS_ACCOUNT_ID', AWS_ACCOUNT_ID);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function exchange(
  server: EventEmitter,
  operation: string,
  body: string,
): Promise<{ status: number; body: string }> {
  return new Promise((answered) => {
    const request = Object.assign(new EventEmitter(), {
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': 'now',
        authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none',
      },
    });
    const response = {
      statusCode: 200,
      setHeader: () => undefined,
      end: (text = '') => answered({ status: response.statusCode, body: text }),
    };
    server.emit('request', request, response);
    request.emit('data', Buffer.from(body));
    request.emit('end');
  });
}

function errorOf(answer: JsonObject, status: number): AwsError {
  const code = String(answer['__type']).split('#').at(-1) ?? 'InternalServerError';
  return new AwsError(code, String(answer['message'] ?? answer['Message'] ?? ''), { status });
}
