import { ConnectorError } from '../../core/errors.ts';
import type { FluentAttribute, FluentWriter, FoundCustomer } from '../../core/ports/fluent-writer.ts';
import type { Known, Removed, Warning } from '../../runtime/resource-definition.ts';
import { attributeName } from './attributes.ts';
import { type CustomerSettings, optionalAttributes } from './settings.ts';
import { isByEmail, markOf } from './upsert.ts';

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
  const found = await findFirst(fluent, usernames(gone.id, known, settings));
  if (!found) {
    // With an e-mail key and no row nothing leads to the customer: the notification holds no e-mail.
    const isLost = gone.erase && known.ref === undefined && isByEmail(settings);
    return { how: 'unknown', warnings: isLost ? [incomplete('username')] : [] };
  }
  const mark = markOf(found, settings);
  if (mark !== undefined && mark !== gone.id) {
    throw new ConnectorError(
      { failureClass: 'permanent', code: 'IDENTITY_CONFLICT' },
      'This username belongs to another customer.',
    );
  }
  await fluent.update({
    ...anonymous(gone.id),
    username: found.username,
    attributes: overwritten(found, gone, settings),
  });
  return {
    how: gone.erase ? 'erased' : 'anonymised',
    warnings: gone.erase ? outOfReach(found, settings) : [],
  };
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

/** Where the customer may stand: the remembered username, else those that can be computed from its id. */
function usernames(id: string, known: Known, settings: CustomerSettings): string[] {
  if (known.ref !== undefined) return [known.ref];
  if (settings.usernameStrategy === 'customerId') return [id];
  if (settings.usernameStrategy !== 'retailerId_customerId') return [];
  const { retailerId, retailerByStore, retailerByCountry } = settings;
  const retailers = new Set([
    retailerId,
    ...Object.values(retailerByStore),
    ...Object.values(retailerByCountry),
  ]);
  return [...retailers].map((retailer) => `${retailer}_${id}`);
}

async function findFirst(fluent: FluentWriter, names: readonly string[]): Promise<FoundCustomer | undefined> {
  for (const name of names) {
    const found = await fluent.findByUsername(name);
    if (found) return found;
  }
  return undefined;
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
function outOfReach(found: FoundCustomer, settings: CustomerSettings): Warning[] {
  const ours = ownNames(settings);
  const known = new Set([...kept, 'syncStatus', 'deletedAt'].map((name) => attributeName(settings, name)));
  const foreign = found.attributes
    .map(({ name }) => name)
    .filter((name) => !ours.has(name) && !known.has(name));
  return [
    ...(isByEmail(settings) ? [incomplete('username')] : []),
    ...(found.department === undefined ? [] : [incomplete('department')]),
    ...foreign.map((name) => incomplete(`attribute:${name}`)),
  ];
}

function incomplete(field: string): Warning {
  return { code: 'ERASURE_INCOMPLETE', field };
}
