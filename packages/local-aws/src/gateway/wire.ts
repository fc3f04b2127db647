import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError, JsonObject, ServiceCall } from '../contract.ts';
import { parseObject, unknownOperation } from '../fields.ts';
import type { Signer } from './callers.ts';
import { jsonServices, restServices } from './protocols.ts';
import { readRestRequest } from './rest-requests.ts';

/** A call and the HTTP status of its success. */
export interface WireCall {
  readonly call: ServiceCall;
  readonly status: number;
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Reads the operation and its input from a request. Throws UnknownOperationException for unsupported ones.
 */
export function readCall(request: IncomingMessage, body: string, { service, caller }: Signer): WireCall {
  const trace = request.headers['x-amzn-trace-id'];
  const common = { service, caller, ...(typeof trace === 'string' && { traceHeader: trace }) };
  if (service === 'sts') {
    const operation = new URLSearchParams(body).get('Action') ?? '';
    return { call: { ...common, operation, input: {} }, status: 200 };
  }
  if (restServices.includes(service)) {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    const rest = readRestRequest(service, {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
    });
    if (!rest) throw unknownOperation(service, `${method} ${url.pathname}`);
    return { call: { ...common, operation: rest.operation, input: rest.input }, status: rest.status };
  }
  const [prefix, operation] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (!operation || prefix !== jsonServices[service]?.target)
    throw unknownOperation(service, `${prefix}.${operation}`);
  const input = parseObject(body === '' ? '{}' : body, 'The body', 'SerializationException');
  return { call: { ...common, operation, input }, status: 200 };
}

export function writeAnswer(response: ServerResponse, { call, status }: WireCall, answer: JsonObject): void {
  if (call.service === 'sts') {
    send(response, 200, 'text/xml', callerIdentityXml(answer));
  } else if (call.service === 'lambda' && call.operation === 'Invoke') {
    writeInvoke(response, answer);
  } else {
    send(response, status, contentTypeOf(call.service), status === 204 ? '' : JSON.stringify(answer));
  }
}

/**
 * JSON services put the code in `__type`, REST services in a header; SQS also in the header of its query
 * protocol.
 */
export function writeError(response: ServerResponse, service: string, error: AwsError): void {
  const { code, message, status, members } = error;
  response.setHeader('x-amzn-errortype', code);
  if (service === 'sqs') response.setHeader('x-amzn-query-error', `${queryCodeOf(code)};Sender`);
  if (service === 'sts') {
    const xml = `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
    send(response, status, 'text/xml', `<ErrorResponse>${xml}</ErrorResponse>`);
  } else {
    const type = service === 'sqs' ? `com.amazonaws.sqs#${code}` : code;
    send(response, status, contentTypeOf(service), JSON.stringify({ __type: type, message, ...members }));
  }
}

function contentTypeOf(service: string): string {
  return jsonServices[service]?.contentType ?? 'application/json';
}

function queryCodeOf(code: string): string {
  return code === 'QueueDoesNotExist' ? 'AWS.SimpleQueueService.NonExistentQueue' : code;
}

function writeInvoke(response: ServerResponse, answer: JsonObject): void {
  if (answer['FunctionError']) response.setHeader('X-Amz-Function-Error', String(answer['FunctionError']));
  response.setHeader('X-Amz-Executed-Version', String(answer['ExecutedVersion'] ?? '$LATEST'));
  send(response, Number(answer['StatusCode'] ?? 200), 'application/json', String(answer['Payload'] ?? ''));
}

function callerIdentityXml(answer: JsonObject): string {
  const members = ['Arn', 'UserId', 'Account'].map(
    (name) => `<${name}>${escapeXml(String(answer[name]))}</${name}>`,
  );
  const result = `<GetCallerIdentityResult>${members.join('')}</GetCallerIdentityResult>`;
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</GetCallerIdentityResponse>`;
}

function escapeXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, 'x-amzn-requestid': randomUUID() });
  response.end(body);
}
