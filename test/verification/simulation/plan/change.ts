import type { OperationName } from '../../../../lambdas/control/api/control-api.ts';
import type { Content } from './content.ts';

/**
 * `isSilent`: nobody is told, because it happened before the connector was there, or because the notification was lost.
 */
/** One thing that happens to the project, the handler queue or the operation, at a number of milliseconds after the start. */
export type Change = { readonly at: number; readonly customer: number } & (
  | {
      readonly kind: 'create' | 'update';
      readonly content: Content;
      readonly gap: number;
      readonly isSilent?: true;
    }
  | {
      readonly kind: 'delete';
      readonly erase: boolean;
      readonly keepsVersion: boolean;
      readonly isSilent?: true;
    }
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
  /** The OMS refuses to write this customer, for milliseconds. */
  | { readonly kind: 'oms-refuses'; readonly code: 'C0101E' | 'S0010E'; readonly lasts: number }
  /** The OMS has a customer under this username already: of somebody else, of nobody, or of another retailer. `email` is both. */
  | {
      readonly kind: 'stranger';
      readonly which: 'marked' | 'unmarked' | 'other-retailer';
      readonly email: string;
    }
  /** A new version of the mapper is deployed. */
  | { readonly kind: 'deploy' }
  | { readonly kind: 'noise'; readonly number: number }
  | { readonly kind: 'bad-message'; readonly number: number }
  /** An operator's command, repeated until it is taken or refused. A run is the latest one, a `cause` the group of that code. */
  | {
      readonly kind: 'operate';
      readonly operation: OperationName;
      readonly input: Readonly<Record<string, unknown>>;
    }
  /** The stack is deployed again, and may bring mapping and rule back to what the template says. */
  | { readonly kind: 'deploy-stack' }
  /** The state rows as they are now are kept, and come back later. */
  | { readonly kind: 'table-backup' | 'table-restore' }
  /** A system is down, for milliseconds. */
  | { readonly kind: 'outage'; readonly service: 'fluent' | 'commercetools'; readonly lasts: number }
  /** commercetools stops delivering and keeps nothing, for milliseconds. */
  | { readonly kind: 'subscription-stops'; readonly lasts: number }
);
