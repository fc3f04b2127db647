import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gateway } from '../parts.ts';

/** Largest response that CloudFormation takes, in bytes. */
const limit = 4096;

export interface CfnResponses {
  /** A URL that takes one response, and the body put there. Rejects after `timeoutMs`. */
  expect(timeoutMs: number): { url: string; body: Promise<string> };
}

/** The place where custom resources put their responses: `<gateway>/cfn-response/<token>`, each accepted once. */
export function createCfnResponses(gateway: Pick<Gateway, 'url' | 'route'>): CfnResponses {
  const prefix = `/cfn-response/${randomUUID().slice(0, 8)}`;
  const waiting = new Map<string, (body: string) => void>();

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const refuse = (reason: string): void => void response.writeHead(403).end(reason);
    const accept = waiting.get(path);
    if (request.method !== 'PUT' || !accept) return refuse('unknown, or answered already');
    if (request.headers['content-type'])
      return refuse('the signature of a ResponseURL holds only for an empty content-type');
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (body.length > limit) return refuse(`larger than ${limit} bytes`);
    waiting.delete(path);
    response.writeHead(200).end();
    accept(body.toString('utf8'));
  };
  gateway.route(prefix, (request, response) => void take(request, response));

  return {
    expect(timeoutMs) {
      const path = `${prefix}-${randomUUID()}`;
      const body = new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(path);
          reject(new Error(`no response within ${timeoutMs / 1000} s; the function's log may tell why`));
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
