import { type PlantedMistake, plantedMistakes, plantedModel } from './planted-mistakes.ts';
import { modelOf, type SafeCase, safeCases } from './safe-cases.ts';
import { type Finding, type SearchOptions, search } from './search.ts';

/** One search with its expected result. */
export interface Check {
  readonly name: string;
  readonly expects: 'SAFE' | 'UNSAFE';
  run(options?: Pick<SearchOptions, 'onProgress'>): Finding;
}

export const safeCheck = ({ name, small, large }: SafeCase, size: 'small' | 'large'): Check => ({
  name,
  expects: 'SAFE',
  run: (options) => search(modelOf(size === 'small' ? small : large), { ...options, provesProgress: true }),
});

export const plantedCheck = (mistake: PlantedMistake): Check => ({
  name: `${mistake.id} ${mistake.what}`,
  expects: 'UNSAFE',
  run: (options) => search(plantedModel(mistake), { ...options, onlyAtRest: mistake.healsAtRest !== true }),
});

export function allChecks(size: 'small' | 'large'): Check[] {
  return [...safeCases.map((one) => safeCheck(one, size)), ...plantedMistakes.map(plantedCheck)];
}

export const verdict = ({ breach }: Finding): Check['expects'] => (breach === undefined ? 'SAFE' : 'UNSAFE');

/** The shortest counterexample, one line per transition. */
export function traceText({ breach, trace }: Finding): string {
  const lines = trace.map((label, index) => `${String(index + 1).padStart(4)}  ${label}`);
  return [...lines, `      => ${breach}`].join('\n');
}
