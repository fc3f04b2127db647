import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arnsOf } from './arns.ts';
import { unknownOperation } from './fields.ts';
import { AccessKeys } from './gateway/callers.ts';
import { Capacity } from './gateway/capacity.ts';
import { SeededFaults } from './gateway/faults.ts';
import { RequestCounts } from './gateway/request-counts.ts';
import { readBody, readCall, writeAnswer, writeError } from './gateway/wire.ts';
import { createIam } from './iam/iam.ts';
import { Policies } from './iam/policies.ts';
import { AwsError, type Gateway, type JsonObject, type Service, type ServiceCall } from './parts.ts';

export interface GatewayOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly region: string;
  /** Fixed, because the embedded SQS knows no other account. */
  readonly accountId?: '000000000000';
  /** Seed of the fault hooks. */
  readonly seed?: number;
}

type PlainHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** One endpoint for every service. The service comes from the signature's scope, the caller from its access key. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { region, accountId = '000000000000' } = options;
  const arns = arnsOf(region, accountId);
  const keys = new AccessKeys();
  const policies = new Policies(arns, accountId);
  const counts = new RequestCounts();
  const capacity = new Capacity();
  const faults = new SeededFaults(options.seed ?? 1);
  const parts = new Map<string, Service>([['iam', createIam(policies, arns)]]);
  const routes: { prefix: string; handler: PlainHandler }[] = [];

  async function call(incoming: ServiceCall): Promise<JsonObject> {
    const part = parts.get(incoming.service);
    if (!part) throw unknownOperation(incoming.service, incoming.operation);
    counts.add(incoming);
    policies.check(incoming);
    const answer = await faults.around(incoming, (undisturbed) => part.handle(undisturbed));
    return incoming.service === 'dynamodb' ? capacity.settle(incoming, answer) : answer;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let service = '';
    try {
      const route = routes.find(({ prefix }) => request.url?.startsWith(prefix));
      if (route) return route.handler(request, response);
      const body = await readBody(request);
      const signer = keys.signerOf(request);
      service = signer.service;
      const wire = readCall(request, body, signer);
      writeAnswer(response, wire, await call(wire.call));
    } catch (error) {
      writeError(response, service, asAwsError(error));
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(options.port ?? 0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    region,
    accountId,
    register: (service, part) => void parts.set(service, part),
    call,
    route: (prefix, handler) => void routes.push({ prefix, handler }),
    accessKeyFor: (role) => keys.keyFor(role),
    requests: () => counts.list(),
    resetRequests: () => counts.reset(),
    capacity: () => capacity.units(),
    policyReport: () => policies.report(),
    registerResourcePolicy: (arn, document, id) => policies.setResourcePolicy(arn, document, id),
    faults,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** What is no AwsError is a mistake in a part: it must be seen, not retried in silence. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  console.error('local AWS:', error);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), {
    status: 500,
  });
}
