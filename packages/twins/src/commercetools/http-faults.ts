import type { FastifyReply } from 'fastify';
import { ApiError } from './api-error.ts';
import type { CommercetoolsFaults, HttpFault } from './faults.ts';

/** Faults that answer instead of the API. */
export const replacingFaults = [
  'rateLimited',
  'rateLimitedRetryAfter',
  'serverError',
  'badGatewayHtml',
  'overCapacity',
  'hang',
  'reset',
  'tokenExpired',
] as const satisfies readonly HttpFault[];

/** Answers the request with the fault, or never answers it. */
export function answerWithFault(
  fault: (typeof replacingFaults)[number] | 'tokenEndpointDown',
  reply: FastifyReply,
  faults: CommercetoolsFaults,
): FastifyReply {
  switch (fault) {
    case 'hang':
      reply.hijack();
      return reply;
    case 'reset':
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
    case 'rateLimitedRetryAfter':
      return sendError(reply.header('retry-after', String(faults.retryAfterSeconds)), rateLimited);
    case 'rateLimited':
      return sendError(reply, rateLimited);
    case 'badGatewayHtml':
      return reply.code(502).type('text/html').send('<html><body><h1>502 Bad Gateway</h1></body></html>');
    case 'serverError':
      return sendError(reply, new ApiError(500, 'General', 'Internal server error.'));
    case 'overCapacity':
    case 'tokenEndpointDown':
      return sendError(reply, new ApiError(503, 'OverCapacity', 'Service is over capacity.'));
    case 'tokenExpired':
      return sendError(reply, new ApiError(401, 'invalid_token', 'invalid_token'));
  }
}

export const sendError = (reply: FastifyReply, error: ApiError) =>
  reply.code(error.status).send(error.body());

const rateLimited = new ApiError(429, 'TooManyRequests', 'Too many requests.');
