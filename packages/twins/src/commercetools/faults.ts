import * as z from 'zod/mini';

/** Faults of the HTTP API; every one but the token endpoint's meets customers and subscriptions alike. */
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
  /** How late a delayed, duplicated or overtaken notification comes, in milliseconds. */
  delayMs: z._default(z.number().check(z.minimum(0)), 50),
  /** `Retry-After` of the 429 that carries one, in seconds. */
  retryAfterSeconds: z._default(z.number().check(z.minimum(0)), 1),
  /** `expires_in` of new tokens, in seconds. */
  tokenLifetimeSeconds: z._default(z.number().check(z.positive()), 172_800),
});
export type CommercetoolsFaults = z.infer<typeof commercetoolsFaults>;

export const noFaults = (): CommercetoolsFaults => commercetoolsFaults.parse({});
