import { createRandom, type Random } from '@fluent-connector/twins/random';

/** The sites of faults and their kinds. The seed draws one when the code passes a site. */
export const faultKinds = {
  partner: ['duplicate', 'late-minutes', 'late-hours', 'reordered', 'duplicate-late', 'missing'],
  noise: [
    'test-notification',
    'foreign-project',
    'unknown-type',
    'message',
    'cloud-event',
    'bare-payload',
    'not-json',
    'empty',
    'too-deep',
    'too-large',
    'bad-version',
    'bad-id',
  ],
  ingest: ['duplicate', 'delay', 'twin-deleted'],
  'ingest-receive': ['lost'],
  'ingest-delete': ['lost'],
  route: ['duplicate', 'delay', 'twin-deleted'],
  'route-receive': ['lost'],
  'route-delete': ['lost'],
  'fifo-receive': ['lost'],
  'fifo-delete': ['lost'],
  hide: ['refused', 'partly-refused', 'answer-lost'],
  listener: ['crash-before-effect', 'crash-after-effect', 'crash-after-answer', 'hang'],
  router: ['crash-before-effect', 'crash-after-effect', 'crash-after-answer', 'hang'],
  handler: ['crash-before-effect', 'crash-after-effect', 'crash-after-answer', 'crash-in-flight', 'hang'],
  invocation: ['init-failed', 'answer-lost', 'out-of-memory', 'cold-start'],
  bus: ['error', 'failed-entries', 'answer-lost', 'duplicate', 'late', 'throttled'],
  send: ['error', 'failed-entries', 'answer-lost', 'throttled'],
  'ingest-dlq': ['refused', 'answer-lost'],
  'route-dlq': ['refused', 'answer-lost'],
  'handler-dlq': ['refused', 'answer-lost'],
  'table-read': ['throttled', 'server-error'],
  'table-unread': ['unread-key'],
  'table-write': ['throttled', 'answer-lost', 'own-success', 'server-error'],
  'ct-read': [
    'stale-200',
    'stale-404',
    '429',
    '429-retry-after',
    '500',
    '502',
    '503',
    '504',
    'reset',
    'timeout',
    '401',
    '403',
    'slow',
    'unreadable',
    'odd-body',
    '302',
    '400',
    '404-host',
    '408',
    '425',
  ],
  'ct-query': ['missing-id', '400', 'old-replica'],
  'fluent-read': [
    '429',
    'C0011E',
    '500',
    '503',
    'reset',
    'timeout',
    '401',
    'unreadable',
    'slow',
    'S0040E',
    '404',
    '302',
  ],
  'fluent-write': [
    '429',
    'C0011E',
    'C0003E',
    '500',
    '503-applied',
    'reset',
    'reset-applied',
    'timeout',
    'timeout-applied',
    'late',
    'unreadable-applied',
    '401',
    'S0040E',
    'S0002E-applied',
    'C0020E',
    'permanent',
    'S0010E',
    '400',
    'words-timeout-applied',
    'words-rate-limit',
    'words-required',
    'words-unknown',
    'slow',
  ],
  'fluent-create': ['race'],
  'fluent-update': ['unknown'],
  token: ['endpoint-down', 'revoked', 'expired-early'],
  outage: ['commercetools', 'fluent', 'table', 'bus', 'subscription'],
  operations: ['paused-for-days', 'redrive-old-age', 'tombstone-removed', 'tombstone-kept'],
  clock: ['ahead', 'behind'],
  // The control plane and runs: drawn only in schedules that have them.
  ticks: ['duplicate', 'delay', 'twin-deleted'],
  'ticks-receive': ['lost'],
  'ticks-delete': ['lost'],
  'tick-send': ['refused', 'answer-lost'],
  feeder: ['crash-before-effect', 'crash-after-effect', 'crash-after-answer', 'hang'],
  caretaker: ['crash-before-effect', 'crash-after-effect', 'crash-after-answer', 'hang'],
  control: ['crash-before-effect', 'crash-after-effect', 'crash-after-answer', 'hang'],
  minute: ['missed', 'twice', 'late'],
  'ct-list': [
    'stale-list',
    '429',
    '429-retry-after',
    '500',
    '502',
    '503',
    '504',
    'reset',
    'timeout',
    'slow',
    '408',
    '425',
  ],
  ask: ['unreachable', 'answer-lost'],
  switches: ['in-use', 'throttled', 'answer-lost', 'slow'],
  depth: ['unreachable', 'old'],
  copies: ['unreachable', 'answer-lost', 'in-hand'],
  deployment: ['mapping-on', 'mapping-off', 'rule-on'],
  archive: ['late'],
  // Chosen by the plan.
  'table-restore': ['old-rows'],
  retention: ['expired'],
} as const;

export type Site = keyof typeof faultKinds;

/** Sites that only schedules with runs, operators and the caretaker pass. */
export const besideSites: ReadonlySet<Site> = new Set<Site>([
  'ticks',
  'ticks-receive',
  'ticks-delete',
  'tick-send',
  'feeder',
  'caretaker',
  'control',
  'minute',
  'ct-list',
  'ask',
  'switches',
  'depth',
  'copies',
  'deployment',
  'archive',
  'table-restore',
  'retention',
]);
export type FaultOf<S extends Site> = (typeof faultKinds)[S][number];

/** Kinds that need a reconcile to repair them: enabled only where one follows. */
const needReconcile = new Set(['partner missing', 'outage subscription']);

/** How much rarer than the rate of the seed a site is hit: a crash is drawn at every call. */
const weight: Partial<Record<Site, number>> = {
  listener: 0.4,
  router: 0.4,
  handler: 0.25,
  invocation: 0.5,
  'fifo-receive': 0.3,
  'fifo-delete': 0.3,
  'ingest-receive': 0.3,
  'route-receive': 0.3,
  ingest: 0.6,
  route: 0.6,
  'fluent-write': 1.2,
  'fluent-update': 0.3,
  token: 0.3,
  'table-unread': 0.4,
  'ct-query': 3,
  'route-dlq': 2,
  'ingest-dlq': 1.5,
  copies: 4,
  outage: 0.5,
  operations: 0.8,
  feeder: 0.25,
  caretaker: 0.15,
  control: 0.3,
  'ticks-receive': 0.3,
  'ticks-delete': 0.3,
  ticks: 0.6,
  minute: 0.3,
  'ct-list': 3,
  deployment: 6,
};

export interface FaultOptions {
  readonly seed: number;
  readonly hasReconcile: boolean;
  /** Undefined: the seed draws 1, 5, 15 or 30 %. */
  readonly rate?: number | undefined;
  /** Undefined: the seed drops about 30 % of the kinds. */
  readonly only?: readonly string[] | undefined;
  readonly without?: ReadonlySet<string> | undefined;
  /** Faults that are left out, by position: for the shortest schedule. */
  readonly skip?: ReadonlySet<number> | undefined;
}

/** Swarm testing: each seed picks its own rate and its own subset of the kinds. */
export class Faults {
  isOn = true;
  /** Hits by `site kind`. */
  readonly hits = new Map<string, number>();
  count = 0;
  readonly #random: Random;
  readonly #rate: number;
  readonly #enabled: Record<Site, readonly string[]>;
  readonly #skip: ReadonlySet<number> | undefined;

  constructor(options: FaultOptions) {
    const swarm = createRandom(options.seed ^ 0x5bd1e995);
    this.#random = createRandom(options.seed ^ 0x2545f491);
    this.#rate = options.rate ?? swarm.pick([0.01, 0.05, 0.15, 0.3]);
    this.#skip = options.skip;
    this.#enabled = Object.fromEntries(
      Object.entries(faultKinds).map(([site, kinds]) => [
        site,
        kinds.filter((kind) => {
          const name = `${site} ${kind}`;
          const isDrawn = options.only
            ? options.only.includes(name) || options.only.includes(site)
            : swarm.chance(0.7);
          const isAllowed = options.hasReconcile || !needReconcile.has(name);
          return isDrawn && isAllowed && !options.without?.has(name);
        }),
      ]),
    ) as unknown as Record<Site, readonly string[]>;
  }

  /** Draws whether a fault happens here, and which. */
  draw<S extends Site>(site: S): FaultOf<S> | undefined {
    if (!this.isOn) return undefined;
    const kinds = this.#enabled[site];
    if (kinds.length === 0) return undefined;
    if (this.#random.next() >= this.#rate * (weight[site] ?? 1)) return undefined;
    const kind = kinds[Math.floor(this.#random.next() * kinds.length)] as FaultOf<S>;
    return this.#isKept() ? this.record(site, kind) : undefined;
  }

  /** A fault at a place that the plan chose. */
  record<S extends Site>(site: S, kind: FaultOf<S>): FaultOf<S> {
    const name = `${site} ${kind}`;
    this.hits.set(name, (this.hits.get(name) ?? 0) + 1);
    return kind;
  }

  #isKept(): boolean {
    return !this.#skip?.has(this.count++);
  }
}
