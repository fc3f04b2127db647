import type { OperationOutput, ShownRun } from '../../lambdas/control/api/control-api.ts';
import { NOW } from './recorded-shell.ts';

export const RUN_ID = '019ab000-0000-7000-8000-000000000001';
export const CUSTOMER = '3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f';
const MINUTE = 60_000;

const noEntries = {
  synced: 0,
  deleted: 0,
  unchanged: 0,
  superseded: 0,
  skipped: 0,
  absent: 0,
  failed: 0,
  pending: 0,
};

export function shownRun(changes: Partial<ShownRun> = {}): ShownRun {
  return {
    id: RUN_ID,
    handler: 'customer',
    mode: 'full',
    status: 'running',
    startedBy: 'operator:jane',
    options: {},
    page: 1,
    stage: 'source',
    listed: 500,
    planned: 500,
    expected: 1_234,
    classes: {},
    entries: { ...noEntries, synced: 400, pending: 100 },
    createdAt: NOW - MINUTE,
    updatedAt: NOW - 1_000,
    ...changes,
  };
}

export const finishedRun = (changes: Partial<ShownRun> = {}): ShownRun =>
  shownRun({
    status: 'finished',
    page: 3,
    stage: 'done',
    listed: 1_234,
    planned: 1_234,
    entries: { ...noEntries, synced: 1_200, unchanged: 34 },
    endedAt: NOW - 1_000,
    ...changes,
  });

export const finishedReconcile = (changes: Partial<ShownRun> = {}): ShownRun =>
  finishedRun({
    mode: 'reconcile',
    options: { compare: 'oms' },
    planned: 0,
    entries: noEntries,
    classes: { 'in-sync': 1_228, missing: 3, orphan: 1, edited: 2 },
    ...changes,
  });

export const shownHandler = (
  changes: Partial<OperationOutput<'handler.pause'>> = {},
): OperationOutput<'handler.pause'> => ({
  handler: 'customer',
  state: 'running',
  mode: 'process',
  isConsuming: true,
  pending: 0,
  failures: 0,
  watermarks: { reconcile: NOW - 15 * MINUTE },
  lastRuns: [finishedRun()],
  ...changes,
});

export const status = (changes: Partial<OperationOutput<'status'>> = {}): OperationOutput<'status'> => ({
  stage: 'local',
  projectKey: 'demo',
  intake: { isIntakeEnabled: true },
  handlers: [shownHandler()],
  subscription: { status: 'Healthy', lastHealthyAt: NOW - MINUTE },
  queues: [
    { name: 'ingest', ready: 0, inFlight: 0, delayed: 0, isDeadLetters: false },
    {
      ...{ name: 'handler/customer', ready: 1_234, inFlight: 10, delayed: 0, isDeadLetters: false },
      ...{ oldestSeconds: 960, warning: 'oldest message: 16 min' },
    },
    { name: 'handler/customer/dead-letters', ready: 2, inFlight: 0, delayed: 0, isDeadLetters: true },
  ],
  ...changes,
});

export const explanation = (): OperationOutput<'explain'> => ({
  resource: {
    id: CUSTOMER,
    class: 'edited',
    sourceVersion: 4,
    writtenVersion: 4,
    ref: CUSTOMER,
    isInOms: true,
    fields: [{ field: 'lastName', changed: 'oms', source: 'D***', oms: 'R***' }],
    all: [
      { field: 'primaryEmail', source: 'j***@e***', oms: 'j***@e***' },
      { field: 'lastName', source: 'D***', oms: 'R***' },
    ],
  },
  verdict: 'It was changed by hand in Fluent after version 4 was written.',
  record: {
    status: 'live',
    version: 4,
    committedAt: NOW - 60 * MINUTE,
    isSkipped: false,
    isLinked: false,
    isErased: false,
    waiting: { code: 'FLUENT_503', receives: 3, until: NOW + 2 * MINUTE },
  },
  recent: [{ at: NOW - 60 * MINUTE, outcome: 'synced', version: 4, reason: 'updated' }],
  handlerState: 'running',
});
