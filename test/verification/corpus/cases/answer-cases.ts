import { gzipSync } from 'node:zlib';
import type { Respond } from '../answering-server.ts';
import { canary } from '../input.ts';

export interface BadAnswer {
  readonly name: string;
  readonly respond: Respond;
  /** The documented answer for a customer that does not exist. */
  readonly isNotFound?: boolean;
}

const html = `<!doctype html><html><body>${canary}: sign in</body></html>`;
const problem = JSON.stringify({
  statusCode: 400,
  message: canary,
  errors: [{ code: 'InvalidInput', message: canary }],
});
const missing = JSON.stringify({
  statusCode: 404,
  message: `${canary} was not found.`,
  errors: [{ code: 'ResourceNotFound', message: canary }],
});

const jsonType = { 'content-type': 'application/json' };

const say =
  (status: number, body: string | Buffer = problem, headers: Record<string, string> = jsonType): Respond =>
  (response, _request) =>
    void response.writeHead(status, headers).end(body);

const bodies: Readonly<Record<string, string>> = {
  nothing: '',
  blank: '  \n',
  null: 'null',
  true: 'true',
  number: '0',
  text: `"${canary}"`,
  list: '[]',
  'list of null': '[null]',
  object: '{}',
  'half an object': `{"data":{"customer":{"username":"${canary}`,
  'two objects': '{}{}',
  'with a mark of order': '\ufeff{}',
  'with a NUL': '{"data":null}\0',
  html,
  'GraphQL without anything': '{"data":null}',
  'GraphQL with empty data': '{"data":{}}',
  'data that is a text': `{"data":"${canary}"}`,
  'data that is a list': '{"data":[]}',
  'no errors': '{"errors":[]}',
  'errors that are an object': `{"errors":{"message":"${canary}"}}`,
  'errors that are a text': `{"errors":"${canary}"}`,
  'an error that is null': '{"errors":[null]}',
  'an error that is a text': `{"errors":["${canary}"]}`,
  'an error without a code': `{"errors":[{"message":"${canary} went wrong"}]}`,
  'an unknown code': `{"errors":[{"message":"${canary}","extensions":{"code":"Z9999E"}}]}`,
  'a code that is an object': `{"errors":[{"message":"${canary}","extensions":{"code":{"toString":1}}}]}`,
  'a code of the prototype': `{"errors":[{"message":"${canary}","extensions":{"code":"__proto__"}}]}`,
  'a code in a sentence': `{"errors":[{"message":"C0141E: ${canary} is too long"}]}`,
  'a rate limit': `{"errors":[{"message":"${canary}","extensions":{"code":"C0011E"}}],"data":null}`,
  'a fault of the server': `{"errors":[{"message":"${canary}","extensions":{"code":"S0002E"}}],"data":{}}`,
  'an expired token': `{"errors":[{"message":"${canary}","extensions":{"code":"S0040E"}}]}`,
  'a thousand errors': JSON.stringify({ errors: Array.from({ length: 1_000 }, () => ({ message: canary })) }),
  'data and errors': `{"data":{"customer":null},"errors":[{"message":"${canary}"}]}`,
  'a customer that is a text': `{"data":{"customer":"${canary}"}}`,
  'a customer without members': '{"data":{"customer":{}},"results":[{}]}',
  'attributes that are an object': `{"data":{"customer":{"username":"x","attributes":{"${canary}":1}}}}`,
  'another customer': `{"id":"3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f","version":9,"email":"${canary}"}`,
  'an id that is a number': '{"id":7,"version":1}',
  'results that are null': '{"results":null}',
  'results that are a text': `{"results":"${canary}"}`,
  'results that are an object': '{"results":{}}',
  'results of nonsense': `{"results":[null,1,"${canary}",[],{}]}`,
  'a token that is empty': '{"access_token":"","expires_in":3600}',
  'a token with a line feed': `{"access_token":"${canary}\\r\\nx: y","expires_in":3600}`,
  'a token that is a number': '{"access_token":7,"expires_in":3600}',
  'a token that is over': `{"access_token":"${canary}","expires_in":-5}`,
  'a token that never ends': `{"access_token":"${canary}","expires_in":1e400}`,
  pollution: `{"__proto__":{"polluted":"${canary}"},"data":{"__proto__":{"customer":{}}},"results":[{"__proto__":{"id":1}}]}`,
  'a hundred thousand levels': `{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  'ten megabytes': `{"data":{"customer":null,"padding":"${'x'.repeat(10_485_760)}"}}`,
};

const statuses = [
  201, 202, 203, 204, 205, 206, 300, 304, 305, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412,
  413, 414, 415, 416, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505,
  507, 508, 511, 520, 522, 599,
];

const redirects = [
  'http://169.254.169.254/latest/meta-data/',
  'http://127.0.0.1:9/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  '//evil.invalid/',
  '',
  '/ct/oauth/token',
];

const waits = [
  '',
  '0',
  '5',
  '-1',
  '1.5',
  '99999999999',
  'soon',
  'Fri, 20 Nov 2026 12:01:30 GMT',
  '1e3',
  'Infinity',
  ' 7 ',
];

const encoded: BadAnswer[] = [
  { name: 'gzip that is none', respond: say(200, '{}', { ...jsonType, 'content-encoding': 'gzip' }) },
  { name: 'br that is none', respond: say(200, '{}', { ...jsonType, 'content-encoding': 'br' }) },
  {
    name: 'an unknown encoding',
    respond: say(200, problem, { ...jsonType, 'content-encoding': canary }),
  },
  {
    name: 'half a gzip',
    respond: say(200, gzipSync('{"data":{}}').subarray(0, 12), { ...jsonType, 'content-encoding': 'gzip' }),
  },
  {
    name: 'a gzip of 32 megabytes',
    respond: say(200, gzipSync(' '.repeat(32 * 1_048_576)), { ...jsonType, 'content-encoding': 'gzip' }),
  },
  { name: 'no UTF-8', respond: say(200, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])) },
  { name: 'UTF-16', respond: say(200, Buffer.from('{"data":null}', 'utf16le')) },
];

const raw =
  (...parts: string[]): Respond =>
  ({ socket }, _request) => {
    for (const part of parts) socket?.write(part);
    socket?.end();
  };

const broken: BadAnswer[] = [
  { name: 'a reset', respond: ({ socket }, _request) => void socket?.resetAndDestroy() },
  { name: 'the end of the connection', respond: ({ socket }, _request) => void socket?.end() },
  { name: 'silence', respond: (_response, _request) => undefined },
  {
    name: 'headers, then silence',
    respond: (response, _request) =>
      void response.writeHead(200, { ...jsonType, 'content-length': '40' }).flushHeaders(),
  },
  {
    name: 'half a body, then silence',
    respond: (response, _request) => void response.writeHead(200, jsonType).write('{"data":'),
  },
  {
    name: 'half a body, then the end',
    respond: raw('HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{"data":'),
  },
  { name: 'more than it said', respond: raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{"data":{}}') },
  { name: 'a length below zero', respond: raw('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}') },
  {
    name: 'two lengths',
    respond: raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'),
  },
  {
    name: 'broken chunks',
    respond: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n'),
  },
  { name: 'no HTTP', respond: raw(`220 ${canary} ESMTP\r\n`) },
  { name: 'a status beyond all', respond: raw('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n') },
  { name: 'a status below all', respond: raw('HTTP/1.1 007 Odd\r\ncontent-length: 0\r\n\r\n') },
  { name: 'a header without end', respond: raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`) },
  {
    name: 'other protocol',
    respond: raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  },
];

export const badAnswers: readonly BadAnswer[] = [
  ...Object.entries(bodies).flatMap(([name, body]): BadAnswer[] => [
    { name: `200 ${name}`, respond: say(200, body) },
  ]),
  ...['text/html', 'text/plain', 'application/xml', 'application/octet-stream', canary].map(
    (type): BadAnswer => {
      return { name: `200 as ${type}`, respond: say(200, html, { 'content-type': type }) };
    },
  ),
  ...statuses.map((status): BadAnswer => ({ name: String(status), respond: say(status) })),
  ...[400, 404, 429, 500, 502, 503].map((status): BadAnswer => {
    return {
      name: `${status} html`,
      respond: say(status, html, { 'content-type': 'text/html' }),
    };
  }),
  { name: '404 of the source', respond: say(404, missing), isNotFound: true },
  ...redirects.map(
    (location): BadAnswer => ({ name: `307 to ${location}`, respond: say(307, '', { location }) }),
  ),
  ...waits.flatMap((wait): BadAnswer[] =>
    [429, 503].map((status) => ({
      name: `${status} wait ${wait}`,
      respond: say(status, problem, { ...jsonType, 'retry-after': wait }),
    })),
  ),
  ...encoded,
  ...broken,
];
