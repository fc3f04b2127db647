import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/connector/synthesize.ts';
import type { Progress } from '../local/progress.ts';
import { deployedFunctions } from './deployed-functions.ts';
import { bundleFloor } from './floor.ts';
import { timeImports } from './import-time.ts';
import { quantile } from './quantile.ts';
import type { BundleMeasure, BundleReport } from './report.ts';

const SAMPLES = 21;

interface Candidate {
  readonly name: string;
  readonly kind: BundleMeasure['kind'];
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Size and import time of every function's bundle and of the floor. */
export async function measureBundles(progress: Progress): Promise<BundleReport> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const candidates = await candidatesIn(folder);
    const times = await timeImports(candidates, SAMPLES, (round) =>
      progress.show(`importing every bundle in a fresh process, round ${round}/${SAMPLES}`),
    );
    progress.done(`${candidates.length} bundles imported ${SAMPLES} times each`);
    return { samples: SAMPLES, bundles: toMeasures(candidates, times) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function candidatesIn(folder: string): Promise<Candidate[]> {
  const floors = [
    { name: 'client-dynamodb (floor)', kind: 'floor', file: 'floor.mjs' },
    { name: 'floor with our alias', kind: 'floor-with-alias', file: 'alias.mjs' },
  ] as const;
  for (const { kind, file } of floors) await bundleFloor(join(folder, file), kind === 'floor-with-alias');
  const functions = await deployedFunctions(await synthesize('local'), 'commercetools-fluent-local');
  return [
    ...floors.map(({ name, kind, file }) => ({ name, kind, bundle: join(folder, file), environment: {} })),
    ...functions.map((one): Candidate => ({ ...one, kind: 'function' })),
  ];
}

function toMeasures(
  candidates: readonly Candidate[],
  times: readonly (readonly number[])[],
): BundleMeasure[] {
  const floor = quantile(times[candidates.findIndex(({ kind }) => kind === 'floor')] ?? [], 0.5);
  return candidates.map(({ name, kind, bundle }, index) => {
    const at = (share: number) => quantile(times[index] ?? [], share);
    return {
      name,
      kind,
      bytes: statSync(bundle).size,
      importMs: rounded(at(0.5), 10),
      importMsQuartiles: [rounded(at(0.25), 10), rounded(at(0.75), 10)],
      importToFloor: rounded(at(0.5) / floor, 100),
    };
  });
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
