import { synthesize } from '../../local/connector/synthesize.ts';

/** Synthesizes the local stage before the first stack test, so that files that start together do not each do it. */
export async function setup(): Promise<void> {
  await synthesize('local');
}
