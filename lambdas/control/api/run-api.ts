import * as z from 'zod/mini';
import { watermarkKinds } from '../../core/base/live-settings.ts';
import { runEntry } from '../../core/delivery/run-entry.ts';
import { differenceClass } from '../../core/runs/difference.ts';
import { entryOutcomes, runMode, runOptions, runStatus } from '../../core/runs/run.ts';
import { count, handler, page, ratePerSecond, runId, text, time } from './api-shapes.ts';
import { change, read } from './operation-definition.ts';

export const runRequest = z.object({ handler, mode: runMode, options: z._default(runOptions, {}) });

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
  entries: z.record(z.enum([...entryOutcomes, 'pending']), count),
  /** Hooks that must succeed before the run can go on: `run.started of loyalty`. */
  waitsFor: z.optional(z.array(text)),
  /** Why the run waits at the moment: QUEUE_FULL, or the code of a system that does not answer. */
  waitCode: z.optional(text),
  ratePerSecond: z.optional(z.number()),
  createdAt: time,
  updatedAt: time,
  endedAt: z.optional(time),
  /** What the operator should know, for example that the handler is in Prepare mode. */
  note: z.optional(text),
});
export type ShownRun = z.infer<typeof shownRun>;

const shownDifference = z.object({
  id: text,
  class: differenceClass,
  sourceVersion: z.optional(count),
  writtenVersion: z.optional(count),
  fields: z.optional(
    z.array(z.object({ field: text, changed: z.enum(['source', 'oms', 'both', 'unknown']) })),
  ),
  username: z.optional(text),
  code: z.optional(text),
  queued: z.optional(z.boolean()),
});

const changeStatus = change({ input: z.object({ runId }), output: shownRun, audited: ['runId'] });

export const runApi = {
  'run.start': change({
    input: z.object({ ...runRequest.shape, ratePerSecond }),
    output: shownRun,
    audited: ['handler', 'mode'],
  }),
  /** The cursor is the last run of the previous page. */
  'run.list': read({
    input: z.object({
      ...page(100, 20),
      handler: z.optional(text),
      status: z.optional(runStatus),
      cursor: z.optional(runId),
    }),
    output: z.object({ runs: z.array(shownRun), next: z.optional(text) }),
    audited: ['handler'],
  }),
  'run.show': read({ input: z.object({ runId }), output: shownRun, audited: ['runId'] }),
  'run.report': read({
    input: z.object({ ...page(1_000, 500), runId, class: z.optional(differenceClass) }),
    output: z.object({ differences: z.array(shownDifference), next: z.optional(text) }),
    audited: ['runId', 'class'],
  }),
  /** The entries of a run that have this outcome, or none yet (`pending`). */
  'run.entries': read({
    input: z.object({
      ...page(1_000, 500),
      runId,
      outcome: z.enum([...entryOutcomes, 'pending']),
      cursor: z.optional(runEntry),
    }),
    output: z.object({ entries: z.array(z.object({ id: text, entry: text })), next: z.optional(text) }),
    audited: ['runId'],
  }),
  'run.pause': changeStatus,
  'run.resume': changeStatus,
  'run.cancel': changeStatus,
  /** Without a rate the run goes as fast as the queue drains. */
  'run.throttle': change({ input: z.object({ runId, ratePerSecond }), output: shownRun, audited: ['runId'] }),
  /** Then the next incremental run is a full run, and the next reconcile compares every customer. */
  'watermark.clear': change({
    input: z.object({ handler }),
    output: z.object({ cleared: z.array(z.enum(watermarkKinds)) }),
    audited: ['handler'],
  }),
};
