import type { MetricName } from '../../../../lambdas/core/base/ports/metrics.ts';
import { Violation } from '../kernel/violation.ts';
import type { Finished, PollingName } from '../models/lambda-function.ts';

type Counts = ReadonlyMap<MetricName, number>;

/** Functions of the delivery path: each finishes or forwards its records. */
type FlowName = Exclude<PollingName, 'feeder'>;

const ends: readonly MetricName[] = [
  'Synced',
  'Unchanged',
  'Superseded',
  'Collapsed',
  'Filtered',
  'Skipped',
  'Deleted',
  'Absent',
  'Failed',
];

function sum(counts: Counts, names: readonly MetricName[]): number {
  return names.reduce((total, name) => total + (counts.get(name) ?? 0), 0);
}

/**
 * I4 from the metrics that the code emits. For each invocation that returned: every record that it answered as
 * done has exactly one outcome or was forwarded once. (A crashed invocation counts nothing and acknowledges nothing; one whose
 * answer is lost counts, and its records are delivered and counted again.) In schedules whose hops lost and duplicated
 * nothing, the whole chain balances exactly.
 */
export class Ledger {
  arrivals = 0;
  /** Records given to invocations that returned. */
  readonly seen: Record<FlowName, number> = { listener: 0, router: 0, handler: 0 };
  readonly totals: Record<FlowName, Map<MetricName, number>> = {
    listener: new Map(),
    router: new Map(),
    handler: new Map(),
  };
  readonly #violate: (violation: Violation) => void;

  constructor(violate: (violation: Violation) => void) {
    this.#violate = violate;
  }

  add({ function: name, records, back, counts }: Finished): void {
    if (name === 'feeder') return;
    const done = records.length - back.length;
    this.seen[name] += records.length;
    // Changes recorded in Prepare mode wait, and are checked elsewhere.
    const goesOn = name === 'handler' ? 'Recorded' : 'Forwarded';
    const ended = sum(counts, ends) + (counts.get(goesOn) ?? 0);
    const received = name === 'handler' ? done : (counts.get('Received') ?? 0);
    if (ended !== done || received !== done)
      this.#violate(
        new Violation(
          'I4',
          `${name} finished ${done} of ${records.length} records, counted ${received} and ended ${ended}`,
        ),
      );
    const totals = this.totals[name];
    for (const [metric, value] of counts) totals.set(metric, (totals.get(metric) ?? 0) + value);
  }

  ended(name: FlowName): number {
    return sum(this.totals[name], [...ends, 'Recorded']);
  }

  /** The whole chain, where no hop lost or duplicated anything. */
  checkChain(direct: number, forged: number): void {
    const { listener, router } = this.totals;
    const counted = [
      ['notifications', this.arrivals, listener.get('Received') ?? 0],
      ['events', (listener.get('Forwarded') ?? 0) + forged, router.get('Received') ?? 0],
      ['messages', (router.get('Forwarded') ?? 0) + direct, this.ended('handler')],
    ] as const;
    for (const [what, sent, received] of counted)
      if (sent !== received)
        this.#violate(new Violation('I4', `${sent} ${what} were sent, ${received} were counted`));
  }
}
