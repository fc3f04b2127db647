import type { Content } from './content.ts';

/** One thing that happens to the project, the handler queue or the operation, at a number of milliseconds after the start. */
export type Change = { readonly at: number; readonly customer: number } & (
  | { readonly kind: 'create' | 'update'; readonly content: Content; readonly gap: number }
  | { readonly kind: 'delete'; readonly erase: boolean; readonly keepsVersion: boolean }
  /** A page of a run: bodies as they are now, sent after a while. */
  | {
      readonly kind: 'run';
      readonly run: number;
      readonly force: boolean;
      readonly withBody: boolean;
      readonly lag: number;
    }
  /** An operator asks for the erasure of somebody who is deleted already. */
  | { readonly kind: 'erase-deleted' }
  /** An operator asks for one customer to be brought up to date. */
  | { readonly kind: 'manual-sync' }
  /** Somebody edits the record in the OMS. */
  | { readonly kind: 'oms-edit' }
  /** The OMS has a customer under this e-mail already: of somebody else, of nobody, or of another retailer. */
  | {
      readonly kind: 'stranger';
      readonly which: 'marked' | 'unmarked' | 'other-retailer';
      readonly email: string;
    }
  /** A new version of the mapper is deployed. */
  | { readonly kind: 'deploy' }
  | { readonly kind: 'noise'; readonly number: number }
  | { readonly kind: 'bad-message'; readonly number: number }
);
