import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Largest synchronous request and response, in bytes. */
export const payloadLimit = 6 * 1024 * 1024;

export interface Invocation {
  readonly requestId: string;
  /** JSON text of the event. */
  readonly payload: string;
  readonly traceId: string;
}

export interface RuntimeApiListener {
  /** The runtime asks for work. Its request waits until `deliver`. */
  onNext(): void;
  /** `body` is undefined when the response was larger than `payloadLimit`. */
  onResponse(requestId: string, body: string | undefined): void;
  onError(requestId: string, body: string): void;
  onInitError(body: string): void;
}

export interface RuntimeApi {
  /** `host:port`, the AWS_LAMBDA_RUNTIME_API of the environment. */
  readonly address: string;
  deliver(invocation: Invocation, functionArn: string, deadline: Date): void;
  close(): void;
}

const version = '/2018-06-01/runtime';

/** The Runtime API of one environment, over HTTP, so that the runtime client of AWS could replace ours. */
export async function startRuntimeApi(listener: RuntimeApiListener): Promise<RuntimeApi> {
  let waitingRequest: ServerResponse | undefined;

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (request.method === 'GET' && path === `${version}/invocation/next`) {
      waitingRequest = response;
      listener.onNext();
      return;
    }
    if (request.method !== 'POST') return answer(response, 404, { errorType: 'NotFound' });
    const body = await readBody(request).catch(() => undefined);
    const [, requestId, kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (path === `${version}/init/error`) {
      answer(response, 202, { status: 'OK' });
      listener.onInitError(body ?? '{}');
    } else if (requestId && kind === 'error') {
      answer(response, 202, { status: 'OK' });
      listener.onError(requestId, body ?? '{}');
    } else if (requestId) {
      if (body === undefined) answer(response, 413, { errorType: 'RequestEntityTooLarge' });
      else answer(response, 202, { status: 'OK' });
      listener.onResponse(requestId, body);
    } else answer(response, 404, { errorType: 'NotFound' });
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    address: `127.0.0.1:${port}`,
    deliver(invocation, functionArn, deadline) {
      const response = waitingRequest;
      waitingRequest = undefined;
      response?.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': String(deadline.getTime()),
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': invocation.traceId,
      });
      response?.end(invocation.payload);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The body of a request; undefined when it is larger than `payloadLimit`. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= payloadLimit) chunks.push(chunk);
  }
  return bytes > payloadLimit ? undefined : Buffer.concat(chunks).toString('utf8');
}
