import * as z from 'zod/mini';

/**
 * Settings that operators and the caretaker change while the connector runs. They are stored in the table, not in the template,
 * so they survive deployments. Everything has a default: the connector runs with an empty table.
 */

const time = z.int().check(z.nonnegative());

/** Settings of one handler. */
export const handlerSwitches = z.object({
  /** `prepare`: record changes, send nothing until `process`. */
  mode: z._default(z.enum(['process', 'prepare']), 'process'),
  /** Prepare mode was on, and a change that it recorded may still exist: a commit then clears it, at the cost of one more write. */
  mayBeRecorded: z.optional(z.boolean()),
  /** The handler does not consume its queue. */
  paused: z.optional(z.object({ since: time, by: z.string() })),
  breaker: z.optional(
    z.object({
      /** `open`: the queue is not consumed. `half-open`: probes succeeded, the queue is consumed with the lowest concurrency. */
      state: z.enum(['open', 'half-open']),
      /** When the outage began. */
      since: time,
      /** Code of the failure that opened it. */
      code: z.string(),
      /** Probes that succeeded in a row. */
      successes: z._default(time, 0),
      lastProbeAt: z.optional(time),
    }),
  ),
  /** The last refused credential, permission or setting, for `status`. */
  trouble: z.optional(z.object({ code: z.string(), at: time })),
});
export type HandlerSwitches = z.infer<typeof handlerSwitches>;

/** Settings of the intake as a whole: `stop` and `start`. */
export const intake = z.object({
  /** The rule is kept disabled. */
  stopped: z.optional(z.object({ since: time, by: z.string() })),
  /**
   * Changes since this time are not caught up yet. `start` replaces `stopped` by this before it enables the rule, because the
   * caretaker keeps the rule disabled while `stopped` is set. Removed when the catch-up has begun; until then the caretaker
   * tries again every minute, and `start` may be repeated.
   */
  catchUpFrom: z.optional(time),
  /** When that `start` was requested. */
  startedAt: z.optional(time),
  /** Handler -> its catch-up run, until the runs of all handlers have begun. */
  catchUpRuns: z.optional(z.record(z.string(), z.string())),
  /**
   * A replay of the archive that is due at `notBefore`: EventBridge may take ten minutes to archive an event, and only the
   * archive holds the deletes of the last minutes before a start.
   */
  replay: z.optional(z.object({ from: time, to: time, notBefore: time })),
});
export type Intake = z.infer<typeof intake>;

/** The runs that the caretaker starts by itself. */
export const scheduleNames = ['reconcile', 'incremental', 'comparison', 'sweep'] as const;
export const scheduleName = z.enum(scheduleNames);
export type ScheduleName = z.infer<typeof scheduleName>;

export const schedule = z.object({
  enabled: z.boolean(),
  everyMinutes: z.int().check(z.gte(1), z.lte(44_640)),
  /** Milliseconds since the epoch. */
  nextAt: time,
  /** One additional start that does not change `nextAt`. */
  onceAt: z.optional(time),
  lastAt: z.optional(time),
  lastRunId: z.optional(z.string()),
  /** Why the last start was refused, for example RUN_BUSY. */
  lastProblem: z.optional(z.string()),
  /** The interval in the stage settings when this was stored. A deployment that changes it changes the schedule. */
  stageMinutes: z.optional(time),
});
export type Schedule = z.infer<typeof schedule>;

/** State of the subscription watchdog. */
export const watch = z.object({
  status: z.enum(['Healthy', 'Unhealthy', 'TemporaryError', 'Unknown']),
  lastHealthyAt: z.optional(time),
  /** Changes may be lost from `lostFrom` to `backAt`, or until now while `backAt` is absent. */
  lostFrom: z.optional(time),
  backAt: z.optional(time),
  /** The last run that was started to reconcile that interval. */
  runId: z.optional(z.string()),
  /** Handler -> its run over that interval, while it is not known to have ended. */
  repairRuns: z.optional(z.record(z.string(), z.string())),
  /** Handlers whose run over that interval has finished. */
  repaired: z._default(z.array(z.string()), []),
  lastCheckAt: z.optional(time),
  /** Checks in a row that got no answer. */
  failedChecks: z._default(time, 0),
  /** The status in commercetools, for example ConfigurationErrorDeliveryStopped, or why there was no answer. */
  detail: z.optional(z.string()),
});
export type Watch = z.infer<typeof watch>;

/** The last change of the canary customer. */
export const canaryState = z.object({
  touchedAt: z.optional(time),
  version: z.optional(z.int()),
  seenAt: z.optional(time),
  latencyMs: z.optional(time),
});
export type CanaryState = z.infer<typeof canaryState>;

/** A kind of run has covered all changes at the source before `until` (milliseconds since the epoch). Moves on success only. */
export const watermark = z.object({ until: time, runId: z.string(), at: time });
export type Watermark = z.infer<typeof watermark>;

/** The kinds of run that have a watermark. */
export const watermarkKinds = ['incremental', 'reconcile'] as const;
export type WatermarkKind = (typeof watermarkKinds)[number];
