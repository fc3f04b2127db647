import * as z from 'zod/mini';
import { scheduleName, watermarkKinds } from '../core/base/live-settings.ts';
import { moment, resourceId } from '../core/delivery/notification.ts';
import { runEntry } from '../core/delivery/run-entry.ts';
import { controlErrors } from '../core/operations/control-error.ts';
import { eventSourceState } from '../core/operations/subscription-request.ts';
import { differenceClass } from '../core/runs/difference.ts';
import { inspectedResource, valuesShown } from '../core/runs/handler-request.ts';
import { entryOutcomes, runMode, runOptions, runStatus } from '../core/runs/run.ts';

/**
 * Everything an operator can ask for: name -> what goes in and what comes out. The control function parses what comes in,
 * the command line what comes out, with these same schemas.
 */

const handler = z._default(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,63}$/)), 'customer');
const runId = z.string().check(z.regex(/^[0-9a-f-]{36}$/));
const cursor = z.optional(z.string().check(z.maxLength(2_000)));
const time = z.int();
const count = z.int();
const ids = z.array(resourceId).check(z.minLength(1), z.maxLength(100));
const done = z.object({ done: z.literal(true), note: z.optional(z.string()) });
const text = z.string();

/** A resource by what an operator has at hand. */
const subject = z.union([
  z.object({ id: resourceId }),
  z.object({ email: z.email() }),
  z.object({ key: z.string().check(z.minLength(2), z.maxLength(256)) }),
]);

const entryCounts = z.object({
  synced: count,
  deleted: count,
  unchanged: count,
  superseded: count,
  skipped: count,
  absent: count,
  failed: count,
  pending: count,
});

export const shownRun = z.object({
  id: runId,
  handler: text,
  mode: runMode,
  status: runStatus,
  reason: z.optional(text),
  startedBy: text,
  options: runOptions,
  window: z.optional(z.object({ from: z.optional(time), to: z.optional(time) })),
  page: count,
  stage: text,
  listed: count,
  planned: count,
  expected: z.optional(count),
  classes: z.partialRecord(differenceClass, count),
  entries: entryCounts,
  /** Hooks that were not taken yet and that it cannot go on without: `run.started of loyalty`. */
  waitsFor: z.optional(z.array(text)),
  /** Why it does not go on at the moment: QUEUE_FULL, or the code of what does not answer. */
  waitCode: z.optional(text),
  ratePerSecond: z.optional(z.number()),
  createdAt: time,
  updatedAt: time,
  endedAt: z.optional(time),
  /** What the operator should know of it: Prepare mode. */
  note: z.optional(text),
});
export type ShownRun = z.infer<typeof shownRun>;

export const shownDifference = z.object({
  id: text,
  class: differenceClass,
  sourceVersion: z.optional(count),
  writtenVersion: z.optional(count),
  fields: z.optional(
    z.array(z.object({ field: text, changed: z.enum(['source', 'oms', 'both', 'unknown']) })),
  ),
  ref: z.optional(text),
  code: z.optional(text),
  queued: z.optional(z.boolean()),
});

export const shownFailureGroup = z.object({
  group: text,
  /** Who or what has to be mended: `customer`, `identity`, `refused`, `given-up`, `fault`. */
  class: text,
  code: text,
  field: z.optional(text),
  count,
  firstSeen: time,
  lastSeen: time,
  exampleId: text,
  remedy: text,
});

export const shownQueue = z.object({
  name: text,
  ready: count,
  inFlight: count,
  delayed: count,
  isDeadLetters: z.boolean(),
  /** How long the oldest message waits: some minutes late, absent where nothing waits or no metrics can be read. */
  oldestSeconds: z.optional(count),
  /** It is nearly full, or nobody takes from it. */
  warning: z.optional(text),
});

export const shownSchedule = z.object({
  name: scheduleName,
  handler: text,
  enabled: z.boolean(),
  everyMinutes: count,
  nextAt: z.optional(time),
  lastAt: z.optional(time),
  lastRunId: z.optional(text),
  lastProblem: z.optional(text),
});

export const shownHandler = z.object({
  handler: text,
  /** What an operator would say: running, paused, prepare, breaker open. */
  state: z.enum(['running', 'paused', 'breaker-open', 'breaker-half-open']),
  mode: z.enum(['process', 'prepare']),
  isConsuming: z.boolean(),
  pausedSince: z.optional(time),
  pausedBy: z.optional(text),
  breaker: z.optional(z.object({ state: text, since: time, code: text })),
  /** The last refusal of a credential, a permission or a setting, and what it means. */
  trouble: z.optional(z.object({ code: text, at: time, meaning: z.optional(text) })),
  /** In `status`, where metrics can be read: tries of the last hour that come back, and those of them that were refused so. */
  lastHour: z.optional(z.object({ retried: count, configurationErrors: count })),
  pending: count,
  failures: count,
  watermarks: z.record(z.string(), time),
  /** The last run of each mode, with what ended it. */
  lastRuns: z.array(shownRun),
  /** What the operator should know about what was just done. */
  note: z.optional(text),
});

export const doctorCheck = z.object({
  check: text,
  status: z.enum(['ok', 'problem', 'unknown']),
  detail: text,
  /** How to fix it. */
  fix: z.optional(text),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;

export const receipt = z.object({
  subject: text,
  erasedAt: time,
  how: text,
  traceId: text,
  incomplete: z.array(text),
  /** When the dead-letter queues held nothing of it any more. */
  copiesGoneAt: z.optional(time),
});

export const runRequest = z.object({ handler, mode: runMode, options: z._default(runOptions, {}) });

export const operations = {
  status: {
    input: z.object({}),
    output: z.object({
      stage: text,
      projectKey: text,
      intake: z.object({
        isIntakeEnabled: z.boolean(),
        stoppedSince: z.optional(time),
        stoppedBy: z.optional(text),
        /** Started again, and what happened since then is not caught up yet. */
        catchUpFrom: z.optional(time),
      }),
      handlers: z.array(shownHandler),
      subscription: z.object({
        status: text,
        /** commercetools' own word for the status, or what is wrong with the event source. */
        detail: z.optional(text),
        lastHealthyAt: z.optional(time),
        lostFrom: z.optional(time),
        backAt: z.optional(time),
        runId: z.optional(text),
      }),
      queues: z.array(shownQueue),
      canary: z.optional(z.object({ touchedAt: z.optional(time), latencyMs: z.optional(count) })),
      /** Of the last 24 hours, from the metrics; absent where no metrics can be read. */
      lostEvents: z.optional(
        z.object({ received: count, gaps: count, lateArrivals: count, repaired: count, rate: z.number() }),
      ),
    }),
  },
  explain: {
    input: z.object({ handler, subject, values: z._default(valuesShown, 'masked') }),
    output: z.object({
      resource: inspectedResource,
      /** In one sentence: is it in sync, and if not, why. */
      verdict: text,
      row: z.optional(
        z.object({
          status: z.enum(['live', 'deleted']),
          version: count,
          committedAt: z.optional(time),
          isSkipped: z.boolean(),
          isLinked: z.boolean(),
          isErased: z.boolean(),
          failure: z.optional(
            z.object({ code: text, field: z.optional(text), version: count, remedy: text }),
          ),
          waiting: z.optional(z.object({ code: text, receives: count, until: time })),
        }),
      ),
      pending: z.optional(z.object({ version: count, kind: text, since: time })),
      recent: z.array(z.object({ at: time, outcome: text, version: count, reason: text })),
      handlerState: shownHandler.shape.state,
    }),
  },

  'run.plan': {
    input: runRequest,
    output: z.object({
      mode: runMode,
      reason: z.optional(text),
      customers: count,
      pages: count,
      commercetoolsQueries: count,
      fluentCalls: z.object({ least: count, most: count }),
      sqsRequests: count,
      dynamoDbUnits: z.object({ read: count, write: count }),
      lambdaInvocations: count,
      dollars: z.object({ least: z.number(), most: z.number() }),
      seconds: z.object({ least: count, most: count }),
      /** Customers a second: what a `run` did, at least what the `busiest-minute` of the last hour had, or `assumed`. */
      rate: z.object({
        perSecond: z.number(),
        /** At best, where `perSecond` is the least. */
        fastest: z.optional(z.number()),
        source: z.enum(['run', 'busiest-minute', 'assumed']),
        runId: z.optional(text),
      }),
      /** What would keep it from starting now. */
      obstacles: z.array(text),
      /** What the operator should know before it starts: Prepare mode. */
      note: z.optional(text),
    }),
  },
  'run.start': {
    input: z.object({
      ...runRequest.shape,
      ratePerSecond: z.optional(z.number().check(z.gt(0), z.lte(10_000))),
    }),
    output: shownRun,
  },
  'run.list': {
    input: z.object({
      handler: z.optional(text),
      status: z.optional(runStatus),
      limit: z._default(count.check(z.gte(1), z.lte(100)), 20),
      /** The last run of the page before. */
      cursor: z.optional(runId),
    }),
    output: z.object({ runs: z.array(shownRun), next: z.optional(text) }),
  },
  'run.show': { input: z.object({ runId }), output: shownRun },
  'run.report': {
    input: z.object({
      runId,
      class: z.optional(differenceClass),
      limit: z._default(count.check(z.gte(1), z.lte(1_000)), 500),
      cursor,
    }),
    output: z.object({ differences: z.array(shownDifference), next: z.optional(text) }),
  },
  /** Entries that ended so, or have not ended. */
  'run.entries': {
    input: z.object({
      runId,
      outcome: z.enum([...entryOutcomes, 'pending']),
      limit: z._default(count.check(z.gte(1), z.lte(1_000)), 500),
      cursor: z.optional(runEntry),
    }),
    output: z.object({
      entries: z.array(z.object({ id: text, entry: text })),
      next: z.optional(text),
    }),
  },
  'run.pause': { input: z.object({ runId }), output: shownRun },
  'run.resume': { input: z.object({ runId }), output: shownRun },
  'run.cancel': { input: z.object({ runId }), output: shownRun },
  'run.throttle': {
    /** Absent = as fast as the queue drains. */
    input: z.object({ runId, ratePerSecond: z.optional(z.number().check(z.gt(0), z.lte(10_000))) }),
    output: shownRun,
  },

  /** Forgets up to where runs have seen the source: the next incremental run is full, the next reconcile goes over everybody. */
  'watermark.clear': {
    input: z.object({ handler }),
    output: z.object({ cleared: z.array(z.enum(watermarkKinds)) }),
  },

  'failure.groups': {
    input: z.object({ handler }),
    output: z.object({ groups: z.array(shownFailureGroup) }),
  },
  'failure.items': {
    input: z.object({
      handler,
      group: text,
      limit: z._default(count.check(z.gte(1), z.lte(300)), 100),
      cursor,
    }),
    output: z.object({
      items: z.array(
        z.object({
          id: text,
          code: text,
          version: count,
          kind: text,
          firstSeen: time,
          lastSeen: time,
          times: count,
          traceId: text,
        }),
      ),
      next: z.optional(text),
    }),
  },
  /** A group or named ones, once more. With `preview` nothing is changed. */
  'failure.retry': {
    input: z.object({
      handler,
      group: z.optional(text),
      ids: z.optional(ids),
      preview: z._default(z.boolean(), false),
      ratePerSecond: z.optional(z.number().check(z.gt(0), z.lte(10_000))),
    }),
    output: z.object({ count, run: z.optional(shownRun), remedy: z.optional(text) }),
  },

  'queue.list': { input: z.object({}), output: z.object({ queues: z.array(shownQueue) }) },
  'queue.redrive': { input: z.object({ queue: text }), output: z.object({ messages: count }) },
  /** `confirm` repeats the queue's name. */
  'queue.purge': { input: z.object({ queue: text, confirm: text }), output: done },
  /** The mapping off and on again. */
  'queue.restart': { input: z.object({ handler }), output: done },

  'handler.pause': { input: z.object({ handler }), output: shownHandler },
  'handler.resume': { input: z.object({ handler }), output: shownHandler },
  'handler.mode': {
    input: z.object({ handler, mode: z.enum(['process', 'prepare']) }),
    output: shownHandler,
  },
  /** Real-time sync off: the rule of the partner bus. */
  'intake.stop': { input: z.object({}), output: z.object({ stoppedSince: time }) },
  /** On again, and what happened meanwhile is caught up. */
  'intake.start': {
    input: z.object({}),
    output: z.object({
      stoppedSince: z.optional(time),
      catchUpRunIds: z.array(text),
      replay: z.optional(text),
      /** What could not be caught up yet, and what to do. */
      note: z.optional(text),
    }),
  },

  /** Sends what Prepare mode recorded, and sets skipped ones back. Without ids: all that is recorded, but for those. */
  'record.process': {
    input: z.object({ handler, ids: z.optional(ids) }),
    /** `unknown`: those asked for by id that are neither recorded nor taken out. */
    output: z.object({ sent: count, left: count, unknown: z.optional(z.array(text)) }),
  },
  /** Single customers that an operator has a hand on: taken out by `skip`, or recorded in Prepare mode. */
  'record.list': {
    input: z.object({
      handler,
      class: z.enum(['skipped', 'recorded']),
      limit: z._default(count.check(z.gte(1), z.lte(1_000)), 500),
      cursor,
    }),
    output: z.object({
      records: z.array(
        z.object({ id: text, since: time, version: z.optional(count), kind: z.optional(text) }),
      ),
      next: z.optional(text),
    }),
  },
  'record.skip': { input: z.object({ handler, ids }), output: z.object({ skipped: count }) },
  'record.link': {
    input: z.object({ handler, id: resourceId, ref: z.string().check(z.minLength(1), z.maxLength(255)) }),
    output: done,
  },
  /**
   * `evenIfPresent`: although commercetools still has it; no change of it is synced while the row of the erasure is kept.
   * `evenIfUnknown`: although nobody knows it; copies in dead-letter queues are looked for all the same.
   */
  'record.erase': {
    input: z.object({
      handler,
      id: resourceId,
      evenIfPresent: z._default(z.boolean(), false),
      evenIfUnknown: z._default(z.boolean(), false),
    }),
    output: z.object({ subject: text, requestId: text }),
  },
  'record.receipt': {
    input: z.object({ handler, id: resourceId }),
    output: z.object({ receipt: z.optional(receipt) }),
  },

  'subscription.show': {
    input: z.object({}),
    output: z.object({
      exists: z.boolean(),
      key: text,
      version: z.optional(count),
      destination: z.optional(text),
      resourceTypes: z.array(text),
      source: z.optional(text),
      sourceState: z.optional(eventSourceState),
    }),
  },
  'subscription.create': { input: z.object({}), output: done },
  /** `confirm` repeats the subscription's key. */
  'subscription.delete': { input: z.object({ confirm: text }), output: done },
  'subscription.health': {
    input: z.object({}),
    output: z.object({ status: text, detail: z.optional(text) }),
  },

  'schedule.list': { input: z.object({}), output: z.object({ schedules: z.array(shownSchedule) }) },
  'schedule.set': {
    input: z.object({
      handler,
      name: scheduleName,
      enabled: z.optional(z.boolean()),
      everyMinutes: z.optional(count.check(z.gte(1), z.lte(44_640))),
      /** When it starts next, ISO 8601 UTC. */
      nextAt: z.optional(moment),
    }),
    output: shownSchedule,
  },

  /** What only the deployed functions can see. */
  doctor: { input: z.object({}), output: z.object({ checks: z.array(doctorCheck) }) },
} as const;

export type OperationName = keyof typeof operations;
export type OperationInput<N extends OperationName> = z.input<(typeof operations)[N]['input']>;
export type OperationOutput<N extends OperationName> = z.output<(typeof operations)[N]['output']>;

/** What the function is invoked with. `caller`: who asks, for the audit line; the command line takes it from STS or from the system. */
export const controlRequest = z.object({
  operation: z.enum(Object.keys(operations) as [OperationName, ...OperationName[]]),
  input: z._default(z.unknown(), {}),
  caller: z._default(z.string().check(z.regex(/^[\w+=,.@:/-]{1,256}$/)), 'unknown'),
});

export const controlAnswer = z.union([
  z.object({ ok: z.literal(true), output: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({
      kind: z.enum(controlErrors),
      /** Machine-readable, for example RUN_BUSY. */
      code: text,
      /** What is wrong and what to do, in a sentence or two. */
      message: text,
      violations: z.optional(z.array(z.object({ path: text, message: text }))),
    }),
  }),
]);
export type ControlAnswer = z.infer<typeof controlAnswer>;
export { type ControlErrorKind, controlErrors } from '../core/operations/control-error.ts';
