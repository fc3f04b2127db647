import * as z from 'zod/mini';

/**
 * What operators and the caretaker change while the connector runs. It stands in the table, not in the template, so it
 * survives every deployment. Everything has a default: an empty table is a running connector.
 */

const time = z.int().check(z.nonnegative());

/** Of one handler. */
export const handlerSwitches = z.object({
  /** `prepare`: record changes, send nothing until `process`. */
  mode: z._default(z.enum(['process', 'prepare']), 'process'),
  /** Prepare mode was on, and something it recorded may still be there: whoever writes a newer version forgets it, for one more write. */
  mayBeRecorded: z.optional(z.boolean()),
  /** Nothing is taken from the handler's queue. */
  paused: z.optional(z.object({ since: time, by: z.string() })),
  breaker: z.optional(
    z.object({
      /** `open`: nothing is taken from the queue; `half-open`: a probe succeeded, the mapping runs at least concurrency. */
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
  /** The last refusal of a credential, a permission or a setting; for whoever asks how the handler is. */
  trouble: z.optional(z.object({ code: z.string(), at: time })),
});
export type HandlerSwitches = z.infer<typeof handlerSwitches>;

/** Of the intake as a whole: `stop` and `start`. */
export const intake = z.object({
  /** The rule is kept off. */
  stopped: z.optional(z.object({ since: time, by: z.string() })),
  /**
   * `start` was asked and what happened since then is not caught up yet. `start` writes this in place of `stopped` before it
   * switches the rule on, because the caretaker keeps the rule as `stopped` says; it is taken away when the catch-up is on
   * its way. Until then the caretaker tries again every minute, and `start` may be repeated.
   */
  catchUpFrom: z.optional(time),
  /** When that `start` was asked. */
  startedAt: z.optional(time),
  /** Handler -> its run, while another handler's run over that time has not begun. */
  catchUpRuns: z.optional(z.record(z.string(), z.string())),
  /**
   * A replay of the archive that is still to come: EventBridge may take ten minutes to archive an event, and the deletes of the
   * last minutes before a start stand nowhere else.
   */
  replay: z.optional(z.object({ from: time, to: time, notBefore: time })),
});
export type Intake = z.infer<typeof intake>;

/** What the caretaker starts by itself. */
export const scheduleNames = ['reconcile', 'incremental', 'comparison', 'sweep'] as const;
export const scheduleName = z.enum(scheduleNames);
export type ScheduleName = z.infer<typeof scheduleName>;

export const schedule = z.object({
  enabled: z.boolean(),
  everyMinutes: z.int().check(z.gte(1), z.lte(44_640)),
  /** Milliseconds since the epoch. */
  nextAt: time,
  /** Once besides, without moving the others. */
  onceAt: z.optional(time),
  lastAt: z.optional(time),
  lastRunId: z.optional(z.string()),
  /** Why the last start was refused, for example RUN_BUSY. */
  lastProblem: z.optional(z.string()),
  /** Minutes that the stage asked for when this was stored. A deployment that changes them changes the schedule. */
  stageMinutes: z.optional(time),
});
export type Schedule = z.infer<typeof schedule>;

/** What the subscription watchdog saw. */
export const watch = z.object({
  status: z.enum(['Healthy', 'Unhealthy', 'TemporaryError', 'Unknown']),
  lastHealthyAt: z.optional(time),
  /** The interval in which changes may be lost: open while `backAt` is absent. */
  lostFrom: z.optional(time),
  backAt: z.optional(time),
  /** The run that reconciled that interval; the last one started, if there are several handlers. */
  runId: z.optional(z.string()),
  /** Runs over that interval that were started, by handler, and are not known to have ended. */
  repairRuns: z.optional(z.record(z.string(), z.string())),
  /** Handlers whose run over that interval has finished. */
  repaired: z._default(z.array(z.string()), []),
  lastCheckAt: z.optional(time),
  /** Looks in a row that got no answer. */
  failedChecks: z._default(time, 0),
  /** commercetools' own word for the status, for example ConfigurationErrorDeliveryStopped; or why there was no answer. */
  detail: z.optional(z.string()),
});
export type Watch = z.infer<typeof watch>;

/** The canary's last touch. */
export const canaryState = z.object({
  touchedAt: z.optional(time),
  version: z.optional(z.int()),
  seenAt: z.optional(time),
  latencyMs: z.optional(time),
});
export type CanaryState = z.infer<typeof canaryState>;

/** Up to where a kind of run has seen the source: milliseconds since the epoch. Moves on success only. */
export const watermark = z.object({ until: time, runId: z.string(), at: time });
export type Watermark = z.infer<typeof watermark>;

/** Which kinds of run keep a watermark of their own. */
export const watermarkKinds = ['incremental', 'reconcile'] as const;
export type WatermarkKind = (typeof watermarkKinds)[number];
