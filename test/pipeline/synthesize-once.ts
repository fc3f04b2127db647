import { synthesize } from '../../local/connector/synthesize.ts';

/** Synthesizes the local stage before the first stack test, so that parallel test files do not each synthesize it. */
export async function setup(): Promise<void> {
  await synthesize('local');
}
