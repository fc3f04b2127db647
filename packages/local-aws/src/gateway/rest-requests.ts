import type { JsonObject } from '../contract.ts';
import { parseObject } from '../fields.ts';

export interface RestRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface RestRoute {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  readonly status?: number;
  /** Makes the input of the operation from the captured parts of the path and the request. */
  readonly input: (parts: string[], request: RestRequest) => JsonObject;
}

const json = (request: RestRequest): JsonObject =>
  request.body === '' ? {} : parseObject(request.body, 'The body');
const query = (request: RestRequest): JsonObject => Object.fromEntries(request.query);
const mappings = '/2015-03-31/event-source-mappings';

const routes: Readonly<Record<string, readonly RestRoute[]>> = {
  lambda: [
    {
      method: 'POST',
      path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/,
      operation: 'Invoke',
      input: invokeInput,
    },
    {
      method: 'GET',
      path: new RegExp(`^${mappings}/?$`),
      operation: 'ListEventSourceMappings',
      input: (_, request) => query(request),
    },
    {
      method: 'GET',
      path: new RegExp(`^${mappings}/([^/]+)$`),
      operation: 'GetEventSourceMapping',
      input: ([UUID = '']) => ({ UUID }),
    },
    {
      method: 'PUT',
      path: new RegExp(`^${mappings}/([^/]+)$`),
      operation: 'UpdateEventSourceMapping',
      status: 202,
      input: ([UUID = ''], request) => ({ ...json(request), UUID }),
    },
    {
      method: 'GET',
      path: /^\/2015-03-31\/functions\/([^/]+)$/,
      operation: 'GetFunction',
      input: ([FunctionName = '']) => ({ FunctionName }),
    },
    {
      method: 'PUT',
      path: /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/,
      operation: 'PutFunctionConcurrency',
      input: ([FunctionName = ''], request) => ({ ...json(request), FunctionName }),
    },
    {
      method: 'DELETE',
      path: /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/,
      operation: 'DeleteFunctionConcurrency',
      status: 204,
      input: ([FunctionName = '']) => ({ FunctionName }),
    },
    {
      method: 'GET',
      path: /^\/2019-09-30\/functions\/([^/]+)\/concurrency$/,
      operation: 'GetFunctionConcurrency',
      input: ([FunctionName = '']) => ({ FunctionName }),
    },
  ],
  scheduler: [
    {
      method: 'GET',
      path: /^\/schedules\/([^/]+)$/,
      operation: 'GetSchedule',
      input: ([Name = ''], request) => ({ ...schedulerQuery(request), Name }),
    },
    {
      method: 'POST',
      path: /^\/schedules\/([^/]+)$/,
      operation: 'CreateSchedule',
      input: ([Name = ''], request) => ({ ...json(request), Name }),
    },
    {
      method: 'PUT',
      path: /^\/schedules\/([^/]+)$/,
      operation: 'UpdateSchedule',
      input: ([Name = ''], request) => ({ ...json(request), Name }),
    },
  ],
};

/** Operation, input and success status of a request; undefined when the path is not supported. */
export function readRestRequest(
  service: string,
  request: RestRequest,
): { operation: string; input: JsonObject; status: number } | undefined {
  for (const route of routes[service] ?? []) {
    const match = route.method === request.method ? route.path.exec(request.path) : null;
    if (!match) continue;
    const parts = match.slice(1).map(decodeURIComponent);
    return { operation: route.operation, input: route.input(parts, request), status: route.status ?? 200 };
  }
  return undefined;
}

function invokeInput([FunctionName = '']: string[], request: RestRequest): JsonObject {
  const qualifier = request.query.get('Qualifier');
  return {
    FunctionName,
    InvocationType: String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse'),
    ...(request.body !== '' && { Payload: request.body }),
    ...(qualifier && { Qualifier: qualifier }),
  };
}

function schedulerQuery(request: RestRequest): JsonObject {
  const group = request.query.get('groupName');
  return group ? { GroupName: group } : {};
}
