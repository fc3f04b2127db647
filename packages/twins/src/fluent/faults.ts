import * as z from 'zod/mini';

/** In brackets: is the requested write done? */
export const requestFaults = [
  'unauthorised', // 401 although the token is good [not written]
  'tokenExpired', // 401, and the token is refused from then on [not written]
  'rateLimited', // 429 [not written]
  'rateLimitedRetryAfter', // 429 with Retry-After [not written]
  'C0011E', // rate limit as a GraphQL error, HTTP 200 [not written]
  'S0002E', // server error as a GraphQL error, HTTP 200 [not written]
  'serverError', // 500 [not written]
  'badGatewayHtml', // 502 [not written]
  'badGatewayAfterWrite', // 502 [written]
  'hang', // no answer [not written]
  'resetBeforeWrite', // connection reset [not written]
  'resetAfterWrite', // connection reset [written]
  'slow', // the answer arrives after slowMs [written at once]
  'lateWrite', // written and answered after slowMs, when the client may have given up [written late]
  'dataAndErrors', // data and a server error together [written]
  'invalidJson', // a truncated body, HTTP 200 [written]
] as const;
export type RequestFault = (typeof requestFaults)[number];

export const tokenFaults = ['tokenEndpointDown'] as const;
export type FluentFault = RequestFault | (typeof tokenFaults)[number];

export const operations = ['lookup', 'create', 'update', 'other'] as const;
export type Operation = (typeof operations)[number];

const name = z.enum([...requestFaults, ...tokenFaults]);

export const fluentFaults = z.object({
  /** Share of requests, 0 to 1 each. */
  rates: z._default(z.partialRecord(name, z.number().check(z.minimum(0), z.maximum(1))), {}),
  /** Used up first, in order, one per request. */
  next: z._default(z.array(name), []),
  /** Only requests with one of these operations get faults; absent: all. */
  operations: z.optional(z.array(z.enum(operations))),
  /** Delay of `slow` and `lateWrite`. */
  slowMs: z._default(z.number().check(z.minimum(0)), 1_000),
  /** `Retry-After` of `rateLimitedRetryAfter`, in seconds. */
  retryAfterSeconds: z._default(z.number().check(z.minimum(0)), 1),
});
export type FluentFaults = z.infer<typeof fluentFaults>;
