import type { OperationName } from '../../../../lambdas/control/api/control-api.ts';
import type { Content } from './content.ts';

/**
 * `isSilent`: no notification, because it happened before the connector was deployed, or because the notification was lost.
 */
/** One event in the project, the handler queue or the operation, at a number of milliseconds after the start. */
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
  /** An operator requests the erasure of a customer that is already deleted. */
  | { readonly kind: 'erase-deleted' }
  /** An operator requests a sync of one customer. */
  | { readonly kind: 'manual-sync' }
  /** The record is edited in the OMS. */
  | { readonly kind: 'oms-edit' }
  /** The OMS refuses writes of this customer, for milliseconds. */
  | { readonly kind: 'oms-refuses'; readonly code: 'C0101E' | 'S0010E'; readonly lasts: number }
  /** The OMS already has a record with this username: of another customer, without an owner, or of another retailer. `email` sets both. */
  | {
      readonly kind: 'stranger';
      readonly which: 'marked' | 'unmarked' | 'other-retailer';
      readonly email: string;
    }
  /** A new version of the mapper is deployed. */
  | { readonly kind: 'deploy' }
  | { readonly kind: 'noise'; readonly number: number }
  | { readonly kind: 'bad-message'; readonly number: number }
  /** An operator command, repeated until it is accepted or refused. A run is the latest one, a `cause` the group of that code. */
  | {
      readonly kind: 'operate';
      readonly operation: OperationName;
      readonly input: Readonly<Record<string, unknown>>;
    }
  /** The stack is deployed again, and may reset mapping and rule to the template. */
  | { readonly kind: 'deploy-stack' }
  /** A backup of the current rows is taken, and restored later. */
  | { readonly kind: 'table-backup' | 'table-restore' }
  /** A system is down, for milliseconds. */
  | { readonly kind: 'outage'; readonly service: 'fluent' | 'commercetools'; readonly lasts: number }
  /** commercetools stops delivering and keeps nothing, for milliseconds. */
  | { readonly kind: 'subscription-stops'; readonly lasts: number }
);
