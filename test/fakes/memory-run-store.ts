import type { Page } from '../../lambdas/core/base/page.ts';
import type { Clock } from '../../lambdas/core/base/ports/clock.ts';
import { entryName, readEntry } from '../../lambdas/core/delivery/run-entry.ts';
import type { Difference } from '../../lambdas/core/runs/difference.ts';
import type { RunStore } from '../../lambdas/core/runs/ports/run-store.ts';
import { type EntryOutcome, hasEnded, mayMove, type Run, type RunPage } from '../../lambdas/core/runs/run.ts';
import { addPage, entriesWith, noEntries } from '../../lambdas/core/runs/run-entries.ts';

interface KeptPage {
  readonly plan: RunPage;
  readonly ends: Partial<Record<EntryOutcome, Set<number>>>;
}

/** Runs in memory; passes the same contract suite as the table. */
export function createMemoryRunStore(clock: Clock): RunStore {
  const runs = new Map<string, Run>();
  const locks = new Map<string, string>();
  const pages = new Map<string, Map<number, KeptPage>>();
  const reports = new Map<string, Map<string, Difference>>();

  /** Outcomes may arrive for a page without a plan; they do not count. */
  const early = new Map<string, KeptPage['ends']>();
  const endsOf = (runId: string, page: number): KeptPage['ends'] => {
    const key = `${runId} ${page}`;
    const ends = pages.get(runId)?.get(page)?.ends ?? early.get(key) ?? {};
    early.set(key, ends);
    return ends;
  };
  const inOrder = (runId: string): [number, KeptPage][] =>
    [...(pages.get(runId) ?? [])].sort(([a], [b]) => a - b);

  function change(runId: string, over: (run: Run) => Partial<Run>): void {
    const run = runs.get(runId);
    if (run) runs.set(runId, { ...run, ...over(run) });
  }

  return {
    async create(run) {
      const holder = locks.get(run.handler);
      if (holder !== undefined && holder !== run.id) return { answer: 'busy', runId: holder };
      if (!runs.has(run.id)) {
        runs.set(run.id, structuredClone(run));
        locks.set(run.handler, run.id);
      }
      return { answer: 'created' };
    },

    read: async (runId) => structuredClone(runs.get(runId)),

    async list({ limit, after }) {
      const newestFirst = [...runs.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
      const rest = newestFirst.filter(({ id }) => after === undefined || id < after);
      return cut(rest, limit, ({ id }) => id);
    },

    open: async () => structuredClone([...runs.values()].filter(({ status }) => !hasEnded(status))),

    async advance({ id, cursor }, { cursor: to, counts, expected, sent }) {
      const run = runs.get(id);
      const isThere = run?.cursor.page === cursor.page && run.cursor.stage === cursor.stage;
      if (!isThere || !['preparing', 'running'].includes(run.status)) return 'stale';
      const now = clock();
      const { waitCode: _over, ...kept } = run;
      runs.set(id, {
        ...kept,
        cursor: to,
        counts,
        updatedAt: now,
        ...(expected !== undefined && { expected }),
        ...(sent !== undefined && { lastSent: { at: now, count: sent } }),
        ...(to.stage === 'done' && { sentAt: now }),
      });
      return 'advanced';
    },

    async setStatus({ id, handler, status }, to, reason) {
      const run = runs.get(id);
      if (run?.status !== status || !mayMove(status, to)) return 'refused';
      const now = clock();
      const { statusReason: _last, waitCode: _over, ...kept } = run;
      runs.set(id, {
        ...kept,
        status: to,
        updatedAt: now,
        ...(reason !== undefined && { statusReason: reason }),
        ...(to === 'paused' && { wasSlowed: true }),
        ...(hasEnded(to) && { endedAt: now }),
      });
      if (hasEnded(to) && locks.get(handler) === id) locks.delete(handler);
      return 'changed';
    },

    async wait({ id, waits = 0 }, waitCode) {
      const run = runs.get(id);
      if (!run || (run.waits ?? 0) !== waits) return 'stale';
      const { waitCode: _last, ...kept } = run;
      runs.set(id, {
        ...kept,
        ...{ updatedAt: clock(), waits: waits + 1 },
        ...(waitCode !== undefined && { waitCode }),
      });
      return 'waiting';
    },

    noteHook: async (runId, hook) =>
      change(runId, ({ hooksTaken }) => ({
        updatedAt: clock(),
        hooksTaken: [...new Set([...hooksTaken, hook])].sort(),
      })),

    setRate: async (runId, ratePerSecond) => {
      const run = runs.get(runId);
      if (!run) return;
      const { ratePerSecond: _before, ...rest } = run;
      runs.set(runId, { ...rest, wasSlowed: true, ...(ratePerSecond !== undefined && { ratePerSecond }) });
    },

    async plan(page) {
      const ofRun = pages.get(page.runId) ?? new Map<number, KeptPage>();
      pages.set(page.runId, ofRun);
      const held = ofRun.get(page.page);
      if (held) return structuredClone(held.plan);
      ofRun.set(page.page, { plan: structuredClone(page), ends: endsOf(page.runId, page.page) });
      return page;
    },

    planned: async (runId, page) => structuredClone(pages.get(runId)?.get(page)?.plan),

    async recordEntries(runId, page, ends) {
      const kept = endsOf(runId, page);
      for (const [outcome, numbers] of Object.entries(ends) as [EntryOutcome, readonly number[]][]) {
        kept[outcome] = new Set([...(kept[outcome] ?? []), ...numbers]);
      }
    },

    entryCounts: async (runId) =>
      inOrder(runId).reduce(
        (counts, [, { plan, ends }]) => addPage(counts, plan.entries.length, ends),
        noEntries,
      ),

    async entries(runId, { outcome, limit, after }) {
      const from = after === undefined ? undefined : readEntry(after);
      const all = inOrder(runId).flatMap(([page, { plan, ends }]) =>
        entriesWith(plan.entries.length, ends, outcome)
          .filter((index) => !from || page > from.page || (page === from.page && index > from.index))
          .map((index) => ({ id: plan.entries[index]?.id ?? '', entry: entryName(page, index) })),
      );
      return cut(all, limit, ({ entry }) => entry);
    },

    async report(runId, differences) {
      const ofRun = reports.get(runId) ?? new Map<string, Difference>();
      reports.set(runId, ofRun);
      for (const one of differences) ofRun.set(`${one.class}#${one.id}`, structuredClone(one));
    },

    async reported(runId, { class: only, limit, after }) {
      const sorted = [...(reports.get(runId) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      const rest = sorted.filter(
        ([key, difference]) =>
          (only === undefined || difference.class === only) && (after === undefined || key > after),
      );
      const page = cut(rest, limit, ([key]) => key);
      return { ...page, items: page.items.map(([, difference]) => difference) };
    },
  };
}

/** The first items of the rest, copied. The opaque key of the next page is the last key. */
function cut<T>(rest: readonly T[], limit: number, keyOf: (one: T) => string): Page<T> {
  const items = structuredClone(rest.slice(0, limit));
  const last = items.at(-1);
  return { items, ...(rest.length > limit && last !== undefined && { next: keyOf(last) }) };
}
