import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import type { Run } from '../core/runs/run.ts';
import type { Decision } from '../core/runs/run-feeding.ts';
import { compareWithOms, findOrphans } from './compare-with-oms.ts';
import { compareWithRows, listChanged } from './compare-with-rows.ts';
import { listFailures } from './list-failures.ts';
import { listEverything, listNamed } from './list-source.ts';
import type { Feeding } from './ports.ts';
import { confirmGone, findGone } from './sweep.ts';

/** A decision, and the bodies that were seen on the way. */
export interface Looked extends Decision {
  readonly bodies?: ReadonlyMap<string, Listed>;
}

/** What a run does with the page in hand, by its kind and by what it is listing. Reads only. */
export function decidePage(feeding: Feeding): Promise<Looked> {
  return lookOf(feeding.run)(feeding);
}

function lookOf({ mode, options, cursor: { stage } }: Run): (feeding: Feeding) => Promise<Looked> {
  switch (mode) {
    case 'full':
      return listEverything;
    case 'incremental':
      return listChanged;
    case 'ids':
      return listNamed;
    case 'retry':
      return listFailures;
    case 'sweep':
      return stage === 'confirm' ? confirmGone : findGone;
    case 'reconcile':
      if (options.compare !== 'oms') return compareWithRows;
      return stage === 'oms' ? findOrphans : compareWithOms;
  }
}
