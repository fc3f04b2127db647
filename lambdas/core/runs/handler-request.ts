import * as z from 'zod/mini';
import { failureClasses } from '../base/errors.ts';
import { resourceId } from '../delivery/notification.ts';
import { differenceClass } from './difference.ts';

/**
 * Requests to a handler function that is invoked directly instead of through its queue. Only a handler knows its OMS and its
 * mapping, so comparisons and lookups go through it. Read-only, except for hooks.
 */

/** `masked` shows `j***@e***`. */
export const valuesShown = z.enum(['none', 'masked', 'plain']);
export type ValuesShown = z.infer<typeof valuesShown>;

/** Largest `inspect` request: each resource costs one OMS lookup. */
export const MAX_INSPECTED = 50;

export const runHooks = ['run.started', 'run.ended'] as const;
export const runHook = z.enum(runHooks);
export type RunHook = z.infer<typeof runHook>;

export const handlerRequest = z.discriminatedUnion('request', [
  z.object({
    request: z.literal('inspect'),
    resources: z
      .array(
        z.object({
          id: resourceId,
          /** The source body; if absent, the handler reads it. `null`: the resource is known to be deleted. */
          body: z.optional(z.unknown()),
        }),
      )
      .check(z.minLength(1), z.maxLength(MAX_INSPECTED)),
    values: z._default(valuesShown, 'none'),
    /** If one system does not answer, its side is reported as unavailable; otherwise the request fails. */
    isPartial: z.optional(z.boolean()),
  }),
  /** OMS records with our mark, page by page. */
  z.object({ request: z.literal('list-oms'), after: z.optional(z.string()) }),
  /** Whether the OMS answers: fetches a token and runs the cheapest query. */
  z.object({ request: z.literal('probe') }),
  /** Whether the OMS has this key, and the source id it is marked with. For `link`. */
  z.object({ request: z.literal('look-up-ref'), ref: z.string().check(z.minLength(1), z.maxLength(255)) }),
  z.object({
    request: z.literal('hook'),
    hook: runHook,
    run: z.object({ id: z.string(), mode: z.string(), counts: z.record(z.string(), z.number()) }),
  }),
]);
export type HandlerRequest = z.infer<typeof handlerRequest>;

const shownValue = z.nullable(z.unknown());

/** One mapped field that differs. */
export const inspectedField = z.object({
  field: z.string(),
  changed: z.enum(['source', 'oms', 'both', 'unknown']),
  /** Present if values were requested. */
  source: z.optional(shownValue),
  oms: z.optional(shownValue),
});
export type InspectedField = z.infer<typeof inspectedField>;

export const inspectedResource = z.object({
  id: resourceId,
  class: z.union([differenceClass, z.literal('deleted'), z.literal('unknown')]),
  sourceVersion: z.optional(z.int()),
  writtenVersion: z.optional(z.int()),
  /** Key of the record in the OMS; masked unless it consists of ids only or plain values were requested. */
  ref: z.optional(z.string()),
  isInOms: z.boolean(),
  /** Excluded by an operator, so differences are not repaired. */
  isSkipped: z.optional(z.boolean()),
  fields: z.array(inspectedField),
  /** Every mapped field with both values, if values were requested. */
  all: z.optional(z.array(z.object({ field: z.string(), source: shownValue, oms: shownValue }))),
  /** Reason if it could not be mapped or read. */
  code: z.optional(z.string()),
  /** Sides that did not answer -> code. */
  unavailable: z.optional(z.object({ source: z.optional(z.string()), oms: z.optional(z.string()) })),
});
export type InspectedResource = z.infer<typeof inspectedResource>;

export const handlerAnswers = {
  inspect: z.object({ resources: z.array(inspectedResource) }),
  'list-oms': z.object({
    /** `id`: the source id in the record's mark. `ref`: only if it consists of ids only. */
    records: z.array(z.object({ id: z.string(), ref: z.optional(z.string()) })),
    next: z.optional(z.string()),
  }),
  probe: z.object({ isUp: z.boolean(), code: z.optional(z.string()), latencyMs: z.number() }),
  'look-up-ref': z.object({ isKnown: z.boolean(), markedAs: z.optional(z.string()) }),
  hook: z.object({ taken: z.boolean() }),
} as const;

/** Returned instead of an answer; the caller throws it as a ConnectorError. Contains no payload. */
export const handlerFailure = z.object({
  error: z.object({
    failureClass: z.enum(failureClasses),
    code: z.string(),
    retryAfterSeconds: z.optional(z.number()),
  }),
});
export type HandlerFailure = z.infer<typeof handlerFailure>;

export type HandlerAnswer<R extends HandlerRequest['request']> = z.infer<(typeof handlerAnswers)[R]>;
