import * as z from 'zod/mini';
import { failureClasses } from '../base/errors.ts';
import { resourceId } from '../delivery/notification.ts';
import { differenceClass } from './difference.ts';

/**
 * What a handler function answers when it is invoked directly, instead of by its queue. Only a handler speaks to the OMS and
 * knows its mapping, so whoever wants to compare, to look or to be told goes through it. Read-only, except for hooks.
 */

/** How values are shown: not at all, masked (`j***@e***`), or as they are. */
export const valuesShown = z.enum(['none', 'masked', 'plain']);
export type ValuesShown = z.infer<typeof valuesShown>;

/** Resources that one `inspect` takes: each costs an OMS lookup of its own. */
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
          /** The source body, if the caller has it; else the handler reads it. `null`: the caller knows that it is gone. */
          body: z.optional(z.unknown()),
        }),
      )
      .check(z.minLength(1), z.maxLength(MAX_INSPECTED)),
    values: z._default(valuesShown, 'none'),
    /** A system that does not answer leaves its side unknown. Without it the request fails then. */
    isPartial: z.optional(z.boolean()),
  }),
  /** Resources that the OMS holds with our mark, page by page. */
  z.object({ request: z.literal('list-oms'), after: z.optional(z.string()) }),
  /** Is the OMS there? A token and the cheapest query. */
  z.object({ request: z.literal('probe') }),
  /** Does the OMS know this key, and whose is it? For `link`. */
  z.object({ request: z.literal('look-up-ref'), ref: z.string().check(z.minLength(1), z.maxLength(255)) }),
  z.object({
    request: z.literal('hook'),
    hook: runHook,
    run: z.object({ id: z.string(), mode: z.string(), counts: z.record(z.string(), z.number()) }),
  }),
]);
export type HandlerRequest = z.infer<typeof handlerRequest>;

const shownValue = z.nullable(z.unknown());

/** One mapped field on three sides. */
export const inspectedField = z.object({
  field: z.string(),
  changed: z.enum(['source', 'oms', 'both', 'unknown']),
  /** Present if values were asked for. */
  source: z.optional(shownValue),
  oms: z.optional(shownValue),
});
export type InspectedField = z.infer<typeof inspectedField>;

export const inspectedResource = z.object({
  id: resourceId,
  class: z.union([differenceClass, z.literal('deleted'), z.literal('unknown')]),
  sourceVersion: z.optional(z.int()),
  writtenVersion: z.optional(z.int()),
  /** The key under which the OMS knows it, masked unless it is made of ids alone or plain values were asked for. */
  ref: z.optional(z.string()),
  isInOms: z.boolean(),
  /** An operator took it out: whatever differs, nobody repairs it. */
  isSkipped: z.optional(z.boolean()),
  fields: z.array(inspectedField),
  /** Every mapped field with its values on both sides, if values were asked for. */
  all: z.optional(z.array(z.object({ field: z.string(), source: shownValue, oms: shownValue }))),
  /** Why it could not be mapped or read. */
  code: z.optional(z.string()),
  /** Sides that did not answer, and why: nothing is known of them. */
  unavailable: z.optional(z.object({ source: z.optional(z.string()), oms: z.optional(z.string()) })),
});
export type InspectedResource = z.infer<typeof inspectedResource>;

export const handlerAnswers = {
  inspect: z.object({ resources: z.array(inspectedResource) }),
  'list-oms': z.object({
    /** `id`: the source id that the record is marked with. `ref` only if it is made of ids alone. */
    records: z.array(z.object({ id: z.string(), ref: z.optional(z.string()) })),
    next: z.optional(z.string()),
  }),
  probe: z.object({ isUp: z.boolean(), code: z.optional(z.string()), latencyMs: z.number() }),
  'look-up-ref': z.object({ isKnown: z.boolean(), markedAs: z.optional(z.string()) }),
  hook: z.object({ taken: z.boolean() }),
} as const;

/** Instead of an answer: how its failure is to be judged, and no word of what it saw. Whoever asked throws it as a ConnectorError. */
export const handlerFailure = z.object({
  error: z.object({
    failureClass: z.enum(failureClasses),
    code: z.string(),
    retryAfterSeconds: z.optional(z.number()),
  }),
});
export type HandlerFailure = z.infer<typeof handlerFailure>;

export type HandlerAnswer<R extends HandlerRequest['request']> = z.infer<(typeof handlerAnswers)[R]>;
