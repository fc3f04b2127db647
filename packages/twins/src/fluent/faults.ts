import * as z from 'zod/mini';

/** In brackets: what has become of the write that the request asked for. */
export const requestFaults = [
  'unauthorised', // 401 although the token is good [not written]
  'tokenExpired', // 401, and the token stays refused [not written]
  'rateLimited', // 429 [not written]
  'rateLimitedRetryAfter', // 429 with Retry-After [not written]
  'C0011E', // rate limit as a GraphQL error, HTTP 200 [not written]
  'S0002E', // server error as a GraphQL error, HTTP 200 [not written]
  'serverError', // 500 [not written]
  'badGatewayHtml', // 502 [not written]
  'badGatewayAfterWrite', // 502 [written]
  'hang', // no answer ever [not written]
  'resetBeforeWrite', // connection reset [not written]
  'resetAfterWrite', // connection reset [written]
  'slow', // the answer comes after slowMs [written at once]
  'lateWrite', // write and answer come after slowMs: later than the client waits [written late]
  'dataAndErrors', // data and an S error together [written]
  'invalidJson', // a body that ends too early, HTTP 200 [written]
] as const;
export type RequestFault = (typeof requestFaults)[number];

export const tokenFaults = ['tokenEndpointDown'] as const;
export type FluentFault = RequestFault | (typeof tokenFaults)[number];

export const operations = ['lookup', 'create', 'update', 'other'] as const;
export type Operation = (typeof operations)[number];

const name = z.enum([...requestFaults, ...tokenFaults]);

export const fluentFaults = z.object({
  /** Share of requests, 0..1 each. */
  rates: z._default(z.partialRecord(name, z.number().check(z.minimum(0), z.maximum(1))), {}),
  /** Used up first, in this order, one per request. */
  next: z._default(z.array(name), []),
  /** Only requests that hold one of these operations meet faults; absent: all. */
  operations: z.optional(z.array(z.enum(operations))),
  slowMs: z._default(z.number().check(z.minimum(0)), 1_000),
  /** Of `rateLimitedRetryAfter`, in seconds. */
  retryAfterSeconds: z._default(z.number().check(z.minimum(0)), 1),
});
export type FluentFaults = z.infer<typeof fluentFaults>;
