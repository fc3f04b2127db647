import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gateway } from '../contract.ts';

/** Largest response that CloudFormation accepts, in bytes. */
const limit = 4096;

export interface CfnResponses {
  /** Creates a URL for one response. `body` resolves to the response, or rejects after `timeoutMs`. */
  expect(timeoutMs: number): { url: string; body: Promise<string> };
}

/** Accepts the responses of custom resources on `<gateway>/cfn-response/<token>`, each token once. */
export function createCfnResponses(gateway: Pick<Gateway, 'url' | 'route'>): CfnResponses {
  const prefix = `/cfn-response/${randomUUID().slice(0, 8)}`;
  const waiting = new Map<string, (body: string) => void>();

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const refuse = (reason: string): void => void response.writeHead(403).end(reason);
    const accept = waiting.get(path);
    if (request.method !== 'PUT' || !accept) return refuse('unknown URL, or a second response');
    if (request.headers['content-type'])
      return refuse('the signature of a ResponseURL is only valid for an empty content-type');
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (body.length > limit) return refuse(`larger than ${limit} bytes`);
    waiting.delete(path);
    response.writeHead(200).end();
    accept(body.toString('utf8'));
  };
  gateway.route(prefix, (request, response) => void receive(request, response));

  return {
    expect(timeoutMs) {
      const path = `${prefix}-${randomUUID()}`;
      const body = new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(path);
          reject(new Error(`no response within ${timeoutMs / 1000} s; see the log of the function`));
        }, timeoutMs);
        waiting.set(path, (text) => {
          clearTimeout(timer);
          resolve(text);
        });
      });
      return { url: `${gateway.url}${path}`, body };
    },
  };
}
