import fc from 'fast-check';

/** The same cases in every test run; a failure prints its seed and path. */
const fixedSeeds = [20_261_120, 7, 4_711];

/**
 * Checks a property with the fixed seeds, `runs` cases in all. `FC_SEED=… FC_PATH=… npx vitest run test/verification/property/…`
 * repeats one failure; `FC_SEED` alone tries other cases.
 */
export async function holds<T>(
  property: fc.IAsyncProperty<T> | fc.IProperty<T>,
  { runs }: { runs: number },
): Promise<void> {
  const { FC_SEED: seed, FC_PATH: path } = process.env;
  const seeds = seed === undefined ? fixedSeeds : [Number(seed)];
  for (const one of seeds) {
    await fc.assert(property, {
      seed: one,
      numRuns: Math.ceil(runs / seeds.length),
      ...(path !== undefined && { path }),
    });
  }
}

/** `FC_COMMANDS` is the replayPath that a failing sequence of commands prints. */
export const replayPath: { replayPath?: string } =
  process.env['FC_COMMANDS'] === undefined ? {} : { replayPath: process.env['FC_COMMANDS'] };
