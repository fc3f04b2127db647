import type { Run } from '../../../../lambdas/core/runs/run.ts';
import { short } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import { LONGEST_LAG, type SourceCustomer } from '../models/commercetools.ts';
import type { Beside } from '../world/beside.ts';
import { HANDLER_ID } from '../world/beside.ts';
import type { World } from '../world/world.ts';

type Violate = (invariant: string, what: string) => void;

/** What every run of the schedule must have done, once all queues are empty. */
export async function checkRuns(world: World, beside: Beside): Promise<void> {
  const violate: Violate = (invariant, what) => world.sim.violate(new Violation(invariant, what));
  for (const run of await beside.runs()) {
    world.sim.reach.hit(`run: ${run.mode} ${run.status} ${run.statusReason ?? run.reason ?? ''}`.trimEnd());
    const ids = await checkEntries(world, run, violate);
    if (run.mode === 'full' && run.status === 'finished' && run.window === undefined)
      checkCovered(world, run, ids, violate);
  }
  await checkWatermarks(world, violate);
}

/** I4: the planned entries are the sum of their outcomes; no entry is planned twice. Answers the planned ids. */
async function checkEntries({ stores }: World, run: Run, violate: Violate): Promise<ReadonlySet<string>> {
  const name = `run ${run.mode} ${run.status}`;
  const counts = await stores.runs.entryCounts(run.id);
  const ids = new Set<string>();
  let planned = 0;
  for (let page = 1; ; page++) {
    const plan = await stores.runs.planned(run.id, page);
    if (!plan) break;
    for (const { id } of plan.entries) ids.add(id);
    // A page that was planned but not sent completely belongs to a run that was ended from outside.
    if (page <= run.cursor.page) planned += plan.entries.length;
  }
  if (planned !== run.counts.planned)
    violate('I4', `${name}: ${planned} entries in its pages, but ${run.counts.planned} in the run`);
  if (ids.size < planned) violate('I4', `${name}: a customer was planned twice`);
  if (run.status !== 'finished') return ids;
  const ended = Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.pending;
  if (ended !== run.counts.planned || counts.pending > 0)
    violate(
      'I4',
      `${name}: ${run.counts.planned} entries were planned, ${ended} ended, ${counts.pending} are pending`,
    );
  return ids;
}

/** I1: a full run skips no customer that existed throughout, however far a replica lagged. */
function checkCovered(world: World, run: Run, planned: ReadonlySet<string>, violate: Violate): void {
  const wasThere = ({ history, deletedAt }: SourceCustomer) =>
    (history[0]?.at ?? Number.POSITIVE_INFINITY) + LONGEST_LAG < run.createdAt && deletedAt === undefined;
  for (const customer of world.source.customers.values())
    if (wasThere(customer) && !planned.has(customer.id))
      violate('I1', `${short(customer.id)}: a full run skipped it`);
}

/** A watermark moves only on success, and never into the future. */
async function checkWatermarks({ stores, kernel }: World, violate: Violate): Promise<void> {
  for (const kind of ['incremental', 'reconcile'] as const) {
    const { value } = await stores.settings.watermark(kind, HANDLER_ID).read();
    if (!value) continue;
    // The clock of an environment may be ahead a little.
    if (value.until > kernel.now + 30_000) violate('I1', `the watermark of ${kind} is in the future`);
  }
}
