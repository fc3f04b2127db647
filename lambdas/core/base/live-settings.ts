import * as z from 'zod/mini';

/**
 * Settings that operators and the caretaker change while the connector runs. They are stored in the table, so
 * they survive every deployment. Each has a default: with an empty table the connector runs.
 */

const time = z.int().check(z.nonnegative());

/** The switches of one handler. */
export const handlerSwitches = z.object({
  /** `prepare`: record changes and send nothing until `process`. */
  mode: z._default(z.enum(['process', 'prepare']), 'process'),
  /** A recorded change may still exist, so every write of a newer version also deletes it. */
  mayBeRecorded: z.optional(z.boolean()),
  /** The handler does not consume its queue. */
  paused: z.optional(z.object({ since: time, by: z.string() })),
  breaker: z.optional(
    z.object({
      /** `open`: the queue is not consumed; `half-open`: it is consumed at the least concurrency. */
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
  /** The last refused credential, permission or setting; `status` shows it. */
  trouble: z.optional(z.object({ code: z.string(), at: time })),
});
export type HandlerSwitches = z.infer<typeof handlerSwitches>;

/** Real-time sync: `stop` and `start`. */
export const intake = z.object({
  /** The rule of the partner bus is disabled. */
  stopped: z.optional(z.object({ since: time, by: z.string() })),
  /**
   * Changes since this time are not caught up yet. `start` writes this in place of `stopped` before it
   * enables the rule, because the caretaker disables the rule while `stopped` is set. Removed when every
   * catch-up run has started; until then the caretaker tries again every minute, and `start` may be repeated.
   */
  catchUpFrom: z.optional(time),
  /** When `start` was requested. */
  startedAt: z.optional(time),
  /** Handler -> its catch-up run, until the runs of all handlers have started. */
  catchUpRuns: z.optional(z.record(z.string(), z.string())),
  /**
   * A second replay of the archive: EventBridge may take ten minutes to archive an event, and only the
   * archive has the deletes of the last minutes before a start.
   */
  replay: z.optional(z.object({ from: time, to: time, notBefore: time })),
});
export type Intake = z.infer<typeof intake>;

/** The runs that the caretaker starts. */
export const scheduleNames = ['reconcile', 'incremental', 'comparison', 'sweep'] as const;
export const scheduleName = z.enum(scheduleNames);
export type ScheduleName = z.infer<typeof scheduleName>;

export const schedule = z.object({
  enabled: z.boolean(),
  everyMinutes: z.int().check(z.gte(1), z.lte(44_640)),
  /** Milliseconds since the epoch. */
  nextAt: time,
  /** One additional start, which does not move the regular ones. */
  onceAt: z.optional(time),
  lastAt: z.optional(time),
  lastRunId: z.optional(z.string()),
  /** Why the last start was refused, for example RUN_BUSY. */
  lastProblem: z.optional(z.string()),
  /** The pace of the stage when this was stored. A deployment with another pace changes the schedule. */
  stageMinutes: z.optional(time),
});
export type Schedule = z.infer<typeof schedule>;

/** State of the subscription watchdog. */
export const watch = z.object({
  status: z.enum(['Healthy', 'Unhealthy', 'TemporaryError', 'Unknown']),
  lastHealthyAt: z.optional(time),
  /** The interval in which changes may be lost: open while `recoveredAt` is absent. */
  lostFrom: z.optional(time),
  recoveredAt: z.optional(time),
  /** The run that reconciles the interval; with several handlers the last one started. */
  runId: z.optional(z.string()),
  /** Handler -> its run over the interval, until it has ended. */
  repairRuns: z.optional(z.record(z.string(), z.string())),
  /** Handlers whose run over the interval has finished. */
  repaired: z._default(z.array(z.string()), []),
  lastCheckAt: z.optional(time),
  /** Consecutive checks without an answer. */
  failedChecks: z._default(time, 0),
  /** The status as commercetools names it (ConfigurationErrorDeliveryStopped), or why the check failed. */
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

/** Runs have processed all changes up to this time. Only a successful run moves it. */
export const watermark = z.object({ until: time, runId: z.string(), at: time });
export type Watermark = z.infer<typeof watermark>;

/** The kinds of run that have a watermark. */
export const watermarkKinds = ['incremental', 'reconcile'] as const;
export type WatermarkKind = (typeof watermarkKinds)[number];
