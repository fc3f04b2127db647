import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from './fluent-error.ts';

const maxBytes = 2 * 1024 * 1024;

/** Throws HttpError 413 over 2 MB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and discarded, so that the client can receive the answer.
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  if (bytes > maxBytes) throw new HttpError(413, 'payload_too_large', 'The request is larger than 2 MB.');
  return Buffer.concat(chunks).toString('utf8');
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, { type: 'application/json', body: JSON.stringify(body) });
}

export function send(
  response: ServerResponse,
  status: number,
  content: { type: string; body: string },
): void {
  // The client may have disconnected.
  if (response.destroyed || response.headersSent) return;
  const bytes = Buffer.from(content.body);
  response.writeHead(status, {
    'content-type': `${content.type}; charset=utf-8`,
    'content-length': bytes.length,
  });
  response.end(bytes);
}
