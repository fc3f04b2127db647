import type { StateRow } from '../../../lambdas/core/delivery/ports/state-store.ts';

/** A state row as a number; 0 = no row. Bits 0-2 version, 3-4 status, 5-6 mapper version, 7 erased, 8-11 hash. */
export type RowCode = number;

export const noRow: RowCode = 0;
const LIVE = 1;
const DELETED = 2;
const hashes = [undefined, 'A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'D1', 'D2'];

const versionOf = (row: RowCode) => row & 7;
const statusOf = (row: RowCode) => (row >> 3) & 3;
const isErased = (row: RowCode) => ((row >> 7) & 1) === 1;
const withoutHash = (row: RowCode) => row & 0xff;

export const isDeletedRow = (row: RowCode): boolean => statusOf(row) === DELETED;
export const isErasedRow = (row: RowCode): boolean => isDeletedRow(row) && isErased(row);
export const confirmedVersion = versionOf;

const rows = Array.from({ length: 1 << 12 }, (_, code) => toRow(code));

/** The row as the real code sees it. */
export function rowOf(code: RowCode): StateRow | undefined {
  return rows[code];
}

function toRow(code: RowCode): StateRow | undefined {
  if (code === noRow) return undefined;
  const hash = hashes[code >> 8];
  const mapperVersion = (code >> 5) & 3;
  return {
    version: versionOf(code),
    status: isDeletedRow(code) ? 'deleted' : 'live',
    ...(hash !== undefined && { hash }),
    ...(mapperVersion > 0 && { mapperVersion }),
    ...(isDeletedRow(code) && { erased: isErased(code) }),
  };
}

export interface Commit {
  readonly version: number;
  readonly hash: string;
  readonly mapperVersion: number;
}

/** The conditions of the state store; `test/verification/model-check/row.test.ts` compares them with the memory adapter. */
export function commitSynced(row: RowCode, commit: Commit): RowCode | 'superseded' {
  if (isDeletedRow(row) || versionOf(row) > commit.version) return 'superseded';
  return commit.version | (LIVE << 3) | (commit.mapperVersion << 5) | (hashes.indexOf(commit.hash) << 8);
}

export function commitDeleted(row: RowCode, version: number, erases: boolean): RowCode | 'superseded' {
  if (isDeletedRow(row) && (isErased(row) || !erases)) return 'superseded';
  return version | (DELETED << 3) | (erases ? 1 << 7 : 0);
}

export function failRow(row: RowCode): RowCode {
  if (row === noRow) return LIVE << 3;
  return isDeletedRow(row) ? row : withoutHash(row);
}

export const forgetHash = withoutHash;
