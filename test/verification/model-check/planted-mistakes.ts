import { type Bounds, type Flaws, type Model, noFlaws, quiet, type Rules, realRules } from './model.ts';

/**
 * A mistake that the search must find, with the defences off that would repair it. It replaces one
 * real decision or changes the environment, never production code.
 */
export interface PlantedMistake {
  /** Number in the list of planted bugs. */
  readonly id: string;
  readonly what: string;
  readonly bounds: Partial<Bounds>;
  readonly flaws?: Partial<Flaws>;
  readonly rules?: Partial<Rules>;
  /** Breaks a step invariant, but the OMS is correct again at rest. */
  readonly healsAtRest?: boolean;
}

const { collapse, decideStart, maySkipWrite } = realRules;

export const plantedMistakes: readonly PlantedMistake[] = [
  { id: 'PB1', what: 'no lock per customer', bounds: { contents: 'AB' }, flaws: { lock: 'none' } },
  {
    id: 'PB2',
    what: 'the commit comes before the write',
    bounds: { contents: 'A', crashes: 1 },
    flaws: { commitsFirst: true },
  },
  {
    id: 'PB3',
    what: 'a retry sooner than DELTA',
    bounds: { contents: 'AB', lateWrites: 1 },
    flaws: { retriesBeforeDelta: true },
  },
  {
    id: 'PB4',
    what: 'a delete is judged by its version',
    bounds: { contents: 'A', deletion: 'plain' },
    rules: {
      decideStart: (work, row, context) =>
        row !== undefined && work.event.version <= row.version
          ? { step: 'superseded' }
          : decideStart(work, row, context),
    },
  },
  {
    id: 'PB5',
    what: 'a stale read is accepted',
    bounds: { contents: 'AB', staleReads: 1 },
    rules: { sourceFloor: () => 0 },
  },
  {
    id: 'PB6',
    what: 'a 404 is treated as a delete',
    bounds: { contents: 'A', staleReads: 1 },
    flaws: { absentDeletes: true },
  },
  {
    id: 'PB6b',
    what: 'a new customer is given up as absent because of an older record of the batch',
    bounds: { contents: 'AB', crashes: 1, staleReads: 1 },
    flaws: { judgesAbsenceByOldest: true },
  },
  {
    id: 'PB7',
    what: 'visibility ends while the holder works',
    bounds: { contents: 'AB' },
    flaws: { visibilityEndsEarly: true },
  },
  { id: 'PB8', what: 'a lock per version', bounds: { contents: 'AB' }, flaws: { lock: 'version' } },
  {
    id: 'PB9',
    what: 'bodies through a second queue',
    bounds: { contents: 'AB', runs: 1 },
    flaws: { lock: 'customer, bodies apart' },
  },
  {
    id: 'PB10',
    what: 'bodies without the gate: an unread row is treated as missing',
    bounds: { contents: 'AB', runs: 1 },
    flaws: { rowIsNotRead: true, trustsRefusedCommits: true },
  },
  {
    id: 'PB11',
    what: 'the hash skips a write on any receive (crash)',
    bounds: { contents: 'ABA', crashes: 1 },
    rules: {
      maySkipWrite: (work, row, mapped) => maySkipWrite({ ...work, receives: 1 }, row, mapped),
    },
  },
  {
    id: 'PB11',
    what: 'the hash skips a write on any receive (lost answer)',
    bounds: { contents: 'ABA', lateWrites: 1 },
    rules: {
      maySkipWrite: (work, row, mapped) => maySkipWrite({ ...work, receives: 1 }, row, mapped),
    },
  },
  {
    id: 'PB12',
    what: 'the hash survives a dead-lettering',
    bounds: { contents: 'ABA', crashes: 1, deadLettered: 1 },
    flaws: { deadLetterKeepsHash: true },
  },
  {
    id: 'PB12',
    what: 'the hash survives a native move to the dead-letter queue',
    bounds: { contents: 'ABA', crashes: 2, deadLettered: 1 },
    flaws: { movesNatively: true },
  },
  {
    id: 'PB12',
    what: 'the hash survives a step that ends without a commit',
    bounds: { contents: 'ABA', deletion: 'plain', crashes: 1, staleReads: 1 },
    rules: { mustForgetHash: () => false },
    healsAtRest: true,
  },
  {
    id: 'PB13',
    what: 'dead-lettered right after an ambiguous result',
    bounds: { contents: 'AB', lateWrites: 1, deadLettered: 1 },
    flaws: { deadLettersAfterAmbiguous: true },
  },
  {
    id: 'PB20',
    what: 'collapse loses the delete',
    bounds: { contents: 'A', deletion: 'plain' },
    rules: { collapse: (a, b) => ({ ...collapse(a, b), kind: a.version > b.version ? a.kind : 'UPSERT' }) },
  },
  {
    id: 'PB20',
    what: 'collapse loses the erasure',
    bounds: { contents: 'A', deletion: 'plain, erasure requested later' },
    rules: {
      collapse: (a, b) => {
        const { dataErasure: _erasure, ...rest } = collapse(a, b);
        return rest;
      },
    },
  },
  {
    id: 'PB20',
    what: 'collapse keeps an older body',
    bounds: { contents: 'AB', runs: 1 },
    rules: { collapse: (a, b) => (a.body !== undefined ? a : b.body !== undefined ? b : collapse(a, b)) },
  },
  {
    id: 'PB24',
    what: 'a timeout is treated as success',
    bounds: { contents: 'AB', lateWrites: 1 },
    flaws: { ambiguousIsSuccess: true },
  },
  {
    id: 'PB32',
    what: 'an erasure after a plain delete is swallowed',
    bounds: { contents: 'A', deletion: 'plain, erasure requested later' },
    rules: {
      decideStart: (work, row, context) =>
        row?.status === 'deleted' ? { step: 'superseded' } : decideStart(work, row, context),
    },
  },
  {
    id: 'PB41',
    what: 'a forced run writes below the row: an old body',
    bounds: { contents: 'AB', runs: 1, runsForce: true },
    flaws: { trustsRefusedCommits: true },
    rules: belowTheRow(),
  },
  {
    id: 'PB41',
    what: 'a forced run writes below the row: a stale read',
    bounds: { contents: 'AB', runs: 1, runsForce: true, staleReads: 1 },
    flaws: { trustsRefusedCommits: true },
    rules: { sourceFloor: (event) => event.version },
  },
];

export function plantedModel({ bounds, flaws, rules }: PlantedMistake): Model {
  return {
    ...quiet,
    ...bounds,
    flaws: { ...noFlaws, ...flaws },
    rules: { ...realRules, ...rules },
  };
}

/** The floor is only the version of the event, also in the real start decision. */
function belowTheRow(): Partial<Rules> {
  return {
    sourceFloor: (event) => event.version,
    decideStart: (work, row, context) => decideStart(work, row && { ...row, version: 0 }, context),
  };
}
