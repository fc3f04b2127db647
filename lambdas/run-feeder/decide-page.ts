import type { Run } from '../core/runs/run.ts';
import { compareVersions, listChanged } from './compare-versions.ts';
import { compareWithOms, findOrphans } from './compare-with-oms.ts';
import { listFailures } from './list-failures.ts';
import { listEverything, listNamed } from './list-source.ts';
import type { PageDecision } from './page-decision.ts';
import type { Feeding } from './ports.ts';
import { confirmGone, findGone } from './sweep.ts';

/** Decides what the page in hand queues and reports, by mode and stage. Only reads. */
export function decidePage(feeding: Feeding): Promise<PageDecision> {
  return decisionFor(feeding.run)(feeding);
}

function decisionFor({ mode, options, cursor }: Run): (feeding: Feeding) => Promise<PageDecision> {
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
      return cursor.stage === 'confirm' ? confirmGone : findGone;
    case 'reconcile':
      if (options.compare !== 'oms') return compareVersions;
      return cursor.stage === 'oms' ? findOrphans : compareWithOms;
  }
}
