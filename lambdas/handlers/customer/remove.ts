import { ConnectorError } from '../../core/base/errors.ts';
import type { FluentAttribute, FoundCustomer } from '../../core/delivery/ports/fluent-writer.ts';
import type {
  Deletion,
  HandlerContext,
  Known,
  Removed,
  Warning,
} from '../../runtime/resource/resource-definition.ts';
import { attributeName } from './attributes.ts';
import { type CustomerSettings, optionalAttributes } from './settings.ts';
import { lookupAndWriteDisagree, markOf } from './upsert.ts';
import { isByEmail, usernamesOfId } from './usernames.ts';

type Context = HandlerContext<CustomerSettings>;

/** Kept by an anonymisation: they identify the record and are no personal data. */
const kept = ['commercetoolsId', 'commercetoolsProjectKey', 'commercetoolsVersion'];

/**
 * Fluent has no delete. A plain delete follows the policy; an erasure always overwrites every field, because Fluent keeps a
 * field that is left out. Safe to repeat.
 */
export async function removeCustomer(deletion: Deletion, known: Known, context: Context): Promise<Removed> {
  const { settings, services } = context;
  const { erase } = deletion;
  if (!erase && settings.onDelete === 'ignore') return { action: 'ignored', warnings: [] };
  const records = await findOurs(known, context);
  for (const found of records) {
    const attributes = overwritten(found, deletion, settings);
    const answer = await services.fluent.update({
      ...anonymous(known.id),
      username: found.username,
      attributes,
    });
    if (answer !== 'updated') throw lookupAndWriteDisagree();
  }
  if (!erase) return { action: records.length > 0 ? 'anonymised' : 'unknown', warnings: [] };
  // A confirmed record should exist. With an e-mail key and no sync record, nothing leads to the customer in Fluent.
  const isFound = records.some(({ username }) => known.ref === undefined || username === known.ref);
  const isLost = !isFound && (known.isConfirmed || (known.ref === undefined && isByEmail(settings)));
  const fields = records.flatMap((found) => notErasable(found, settings));
  return {
    action: records.length > 0 ? 'erased' : 'unknown',
    warnings: [...new Set([...(isLost ? ['username'] : []), ...fields])].map(incomplete),
  };
}

/**
 * The record of the customer. Two if an operator linked it: the chosen record, and the one under the username that was
 * computed before.
 */
async function findOurs(known: Known, { services, settings }: Context): Promise<FoundCustomer[]> {
  const computed = usernamesOfId(known.id, settings);
  const names = known.ref === undefined ? computed : [known.ref, ...(known.isLinked ? computed : [])];
  const ours: FoundCustomer[] = [];
  for (const username of new Set(names)) {
    const found = await services.fluent.findByUsername(username);
    if (!found) continue;
    const isRemembered = known.ref === undefined || username === known.ref;
    if (isRemembered ? isRemovable(found, known, settings) : markOf(found, settings) === known.id)
      ours.push(found);
    if (!known.isLinked) break;
  }
  return ours;
}

/**
 * May this record be overwritten? Not if we never wrote it: an upsert would have refused to take it over, or it is the choice of
 * an operator and still without our mark, which the first write sets.
 */
function isRemovable(found: FoundCustomer, known: Known, settings: CustomerSettings): boolean {
  const mark = markOf(found, settings);
  if (mark === known.id) return true;
  if (mark === undefined) return known.isConfirmed && known.isLinked !== true;
  if (!known.isConfirmed) return false;
  // We wrote this record, and now it carries the id of another customer: only people can decide.
  throw new ConnectorError(
    { failureClass: 'permanent', code: 'IDENTITY_CONFLICT' },
    'This username belongs to another customer.',
  );
}

function anonymous(id: string) {
  return {
    primaryEmail: `${id}@deleted.invalid`,
    firstName: 'Deleted',
    lastName: 'Deleted',
    title: '-',
    primaryPhone: '-',
    country: '-',
    timezone: 'UTC',
    promotionOptIn: false,
  };
}

function overwritten(
  found: FoundCustomer,
  { erase, at }: Deletion,
  settings: CustomerSettings,
): FluentAttribute[] {
  const ours = ownNames(settings);
  return [
    ...found.attributes.filter(({ name }) => ours.has(name)).map(({ name, value }) => emptied(name, value)),
    { name: attributeName(settings, 'syncStatus'), type: 'STRING', value: erase ? 'ERASED' : 'DELETED' },
    { name: attributeName(settings, 'deletedAt'), type: 'STRING', value: at.toISOString() },
  ];
}

function emptied(name: string, value: unknown): FluentAttribute {
  if (typeof value === 'boolean') return { name, type: 'BOOLEAN', value: false };
  if (Array.isArray(value)) return { name, type: 'JSON', value: [] };
  return { name, type: 'STRING', value: '-' };
}

/** Attributes that this connector writes and that may hold personal data. */
function ownNames(settings: CustomerSettings): Set<string> {
  const names = [...optionalAttributes, ...Object.values(settings.customFields)];
  return new Set(names.filter((name) => !kept.includes(name)).map((name) => attributeName(settings, name)));
}

/** Names of what an erasure cannot overwrite, for the receipt. */
function notErasable(found: FoundCustomer, settings: CustomerSettings): string[] {
  const ours = ownNames(settings);
  const known = new Set([...kept, 'syncStatus', 'deletedAt'].map((name) => attributeName(settings, name)));
  const foreign = found.attributes
    .map(({ name }) => name)
    .filter((name) => !ours.has(name) && !known.has(name));
  return [
    ...(isByEmail(settings) ? ['username'] : []),
    ...(found.department === undefined ? [] : ['department']),
    ...foreign.map((name) => `attribute:${name}`),
  ];
}

function incomplete(field: string): Warning {
  return { code: 'ERASURE_INCOMPLETE', field };
}
