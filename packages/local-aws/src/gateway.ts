import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arnsOf } from './arns.ts';
import { AwsError, type Gateway, type JsonObject, type Service, type ServiceCall } from './contract.ts';
import { unknownOperation } from './fields.ts';
import { AccessKeys } from './gateway/callers.ts';
import { Capacity } from './gateway/capacity.ts';
import { SeededFaults } from './gateway/faults.ts';
import { RequestCounts } from './gateway/request-counts.ts';
import { readBody, readCall, writeAnswer, writeError } from './gateway/wire.ts';
import { createIam } from './iam/iam.ts';
import { Policies } from './iam/policies.ts';

export interface GatewayOptions {
  /** Any free port by default, or when 0. */
  readonly port?: number;
  readonly region: string;
  /** Fixed, because fauxqs supports no other account. */
  readonly accountId?: '000000000000';
  /** Seed of the faults. */
  readonly seed?: number;
}

type PlainHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * One HTTP endpoint for all services. The scope of the signature names the service, the access key the
 * caller.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { region, accountId = '000000000000' } = options;
  const arns = arnsOf(region, accountId);
  const keys = new AccessKeys();
  const policies = new Policies(arns, accountId);
  const counts = new RequestCounts();
  const capacity = new Capacity();
  const faults = new SeededFaults(options.seed ?? 1);
  const services = new Map<string, Service>([['iam', createIam(policies, arns)]]);
  const routes: { prefix: string; handler: PlainHandler }[] = [];

  async function call(incoming: ServiceCall): Promise<JsonObject> {
    const service = services.get(incoming.service);
    if (!service) throw unknownOperation(incoming.service, incoming.operation);
    counts.add(incoming);
    policies.check(incoming);
    const answer = await faults.around(incoming, (executed) => service.handle(executed));
    return incoming.service === 'dynamodb' ? capacity.count(incoming, answer) : answer;
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
    services: () => [...services.keys()].sort(),
    register: (service, implementation) => void services.set(service, implementation),
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
        // Again and again: a connection that was just accepted would keep the server open.
        const closing = setInterval(() => server.closeAllConnections(), 50);
        server.close(() => {
          clearInterval(closing);
          stopped();
        });
        server.closeAllConnections();
      }),
  };
}

/** Any other error is a bug in a service. It is logged, because a caller would only retry it. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  console.error('local AWS:', error);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), {
    status: 500,
  });
}
