import type { Plan, Workload } from '../plan/plan.ts';
import type { Infrastructure } from '../world/infrastructure.ts';

/** A text of the product and its replacement. It must exist in the file exactly once. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A mistake of delivery-protocol section 16, and the schedules that must find it. */
export interface PlantedBug {
  /** PBn of the specification, with a letter if one line contains several mistakes. */
  readonly id: string;
  readonly what: string;
  readonly edits?: readonly Edit[];
  readonly infrastructure?: Partial<Infrastructure>;
  readonly workload: Workload;
  /** In addition to what every planted bug runs with: no reconcile, no deduplication. */
  readonly plan?: (plan: Plan) => Partial<Plan>;
  /** Sites or kinds of faults; all by default. */
  readonly faults?: readonly string[];
  readonly rate?: number;
}
