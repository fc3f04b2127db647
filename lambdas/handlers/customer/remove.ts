import { ConnectorError } from '../../core/base/errors.ts';
import type {
  FluentAttribute,
  FluentWriter,
  FoundCustomer,
} from '../../core/delivery/ports/fluent-writer.ts';
import type { Known, Removed, Warning } from '../../runtime/resource/resource-definition.ts';
import { attributeName } from './attributes.ts';
import { type CustomerSettings, optionalAttributes } from './settings.ts';
import { markOf } from './upsert.ts';
import { isByEmail, usernamesOfId } from './usernames.ts';

/** Kept by an anonymisation: they tell which record it was, and hold nothing of the person. */
const kept = ['commercetoolsId', 'commercetoolsProjectKey', 'commercetoolsVersion'];

/**
 * Fluent has no delete. A plain delete follows the policy; an erasure always overwrites every field, because a field that
 * is left out stays. Repeating it is harmless.
 */
export async function removeCustomer(
  fluent: FluentWriter,
  gone: { id: string; erase: boolean; at: Date },
  known: Known,
  settings: CustomerSettings,
): Promise<Removed> {
  if (!gone.erase && settings.onDelete === 'ignore') return { how: 'ignored', warnings: [] };
  const records = await findOurs(fluent, gone, known, settings);
  for (const found of records) await overwrite(fluent, found, gone, settings);
  if (!gone.erase) return { how: records.length > 0 ? 'anonymised' : 'unknown', warnings: [] };
  // What was confirmed under its username should be there; with an e-mail key and no row nothing leads to the customer.
  const isThere = records.some(({ username }) => known.ref === undefined || username === known.ref);
  const isLost = !isThere && (known.isConfirmed || (known.ref === undefined && isByEmail(settings)));
  const fields = records.flatMap((found) => outOfReach(found, settings));
  return {
    how: records.length > 0 ? 'erased' : 'unknown',
    warnings: [...new Set([...(isLost ? ['username'] : []), ...fields])].map(incomplete),
  };
}

/**
 * The record of the customer; two of them if an operator linked it: the chosen one, and the one under the username that was
 * computed before.
 */
async function findOurs(
  fluent: FluentWriter,
  { id }: { id: string },
  known: Known,
  settings: CustomerSettings,
): Promise<FoundCustomer[]> {
  const computed = usernamesOfId(id, settings);
  const names = known.ref === undefined ? computed : [known.ref, ...(known.isLinked ? computed : [])];
  const ours: FoundCustomer[] = [];
  for (const username of new Set(names)) {
    const found = await fluent.findByUsername(username);
    if (!found) continue;
    const isRemembered = known.ref === undefined || username === known.ref;
    if (isRemembered ? isRemovable(found, id, known, settings) : markOf(found, settings) === id)
      ours.push(found);
    if (!known.isLinked) break;
  }
  return ours;
}

async function overwrite(
  fluent: FluentWriter,
  found: FoundCustomer,
  gone: { id: string; erase: boolean; at: Date },
  settings: CustomerSettings,
): Promise<void> {
  const answer = await fluent.update({
    ...anonymous(gone.id),
    username: found.username,
    attributes: overwritten(found, gone, settings),
  });
  if (answer === 'updated') return;
  throw new ConnectorError(
    { failureClass: 'retry', code: 'FLUENT_LOOKUP_AND_WRITE_DISAGREE' },
    'Fluent found the customer, then did not.',
  );
}

/**
 * Ours to overwrite? A record that an upsert would have refused to take over was never written by us, nor was one without our
 * mark that an operator chose: our first write there marks it.
 */
function isRemovable(found: FoundCustomer, id: string, known: Known, settings: CustomerSettings): boolean {
  const mark = markOf(found, settings);
  if (mark === id) return true;
  if (mark === undefined) return known.isConfirmed && known.isLinked !== true;
  if (!known.isConfirmed) return false;
  // We wrote here, and now it is marked as another customer: somebody has to look.
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
  { erase, at }: { erase: boolean; at: Date },
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

/** Attributes that this connector writes and that may hold something of the person. */
function ownNames(settings: CustomerSettings): Set<string> {
  const names = [...optionalAttributes, ...Object.values(settings.customFields)];
  return new Set(names.filter((name) => !kept.includes(name)).map((name) => attributeName(settings, name)));
}

/** What an erasure cannot overwrite, by name, for the operator. */
function outOfReach(found: FoundCustomer, settings: CustomerSettings): string[] {
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
