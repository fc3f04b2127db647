import type { Plan, Workload } from '../plan/plan.ts';
import type { Infrastructure } from '../world/infrastructure.ts';

/** A text of the product and what a planted bug puts in its place. It has to stand in the file exactly once. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A mistake of delivery-protocol section 16, and where it is looked for. */
export interface PlantedBug {
  /** PBn of the specification; a letter where one line holds several mistakes. */
  readonly id: string;
  readonly what: string;
  readonly edits?: readonly Edit[];
  readonly infrastructure?: Partial<Infrastructure>;
  readonly workload: Workload;
  /** Beside what every planted bug runs with: no reconcile, no deduplication. */
  readonly plan?: (plan: Plan) => Partial<Plan>;
  /** Sites or kinds of faults; all by default. */
  readonly faults?: readonly string[];
  readonly rate?: number;
}
