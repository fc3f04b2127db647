import * as z from 'zod/mini';

/** Faults of the HTTP API. All but `tokenEndpointDown` apply to every resource; stale reads apply to customers. */
export const httpFaults = [
  'rateLimited',
  'rateLimitedRetryAfter',
  'serverError',
  'badGatewayHtml',
  'overCapacity',
  'hang',
  'reset',
  'tokenExpired',
  'tokenEndpointDown',
  'staleRead',
  'staleNotFound',
] as const;
export type HttpFault = (typeof httpFaults)[number];

/** Faults of the delivery to EventBridge. */
export const deliveryFaults = ['duplicate', 'reorder', 'drop', 'delay'] as const;
export type DeliveryFault = (typeof deliveryFaults)[number];

const rate = z.number().check(z.minimum(0), z.maximum(1));
const plan = <Name extends string>(names: readonly [Name, ...Name[]]) =>
  z.object({
    rates: z._default(z.partialRecord(z.enum(names), rate), {}),
    next: z._default(z.array(z.enum(names)), []),
  });

export const commercetoolsFaults = z.object({
  http: z._default(plan(httpFaults), { rates: {}, next: [] }),
  delivery: z._default(plan(deliveryFaults), { rates: {}, next: [] }),
  /** How late a delayed, duplicated or reordered notification arrives, in milliseconds. */
  delayMs: z._default(z.number().check(z.minimum(0)), 50),
  /** `Retry-After` of `rateLimitedRetryAfter`, in seconds. */
  retryAfterSeconds: z._default(z.number().check(z.minimum(0)), 1),
  /** `expires_in` of new tokens, in seconds. */
  tokenLifetimeSeconds: z._default(z.number().check(z.positive()), 172_800),
});
export type CommercetoolsFaults = z.infer<typeof commercetoolsFaults>;

export const noFaults = (): CommercetoolsFaults => commercetoolsFaults.parse({});
