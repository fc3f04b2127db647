import { ConnectorError } from '../../core/errors.ts';
import type { FluentWriter, FoundCustomer } from '../../core/ports/fluent-writer.ts';
import type { Known, Upserted } from '../../runtime/resource-definition.ts';
import { attributeName } from './attributes.ts';
import { filledNames, withClearedFields } from './cleared-fields.ts';
import type { FluentCustomer } from './mapper.ts';
import type { CustomerSettings } from './settings.ts';

/** Is the username made of the e-mail, which can change and can be freed for somebody else? */
export function isByEmail({ usernameStrategy }: CustomerSettings): boolean {
  return usernameStrategy === 'email' || usernameStrategy === 'retailerId_email';
}

/**
 * Fluent has no upsert: a customer that is known is updated under its remembered username (one call); any other is looked
 * up, then updated or created.
 */
export async function upsertCustomer(
  fluent: FluentWriter,
  model: FluentCustomer,
  known: Known,
  settings: CustomerSettings,
): Promise<Upserted> {
  const { update, warnings } = withClearedFields(model, known.customs, settings);
  const done = { customs: filledNames(model), warnings };

  if (known.isConfirmed && known.ref !== undefined) {
    const answer = await fluent.update({ ...update, username: known.ref });
    if (answer === 'updated') return { ref: known.ref, how: 'updated', ...done };
  }
  const username = known.ref ?? model.create.username;
  const found =
    (await fluent.findByUsername(username)) ?? (await findMovedCustomer(fluent, model, known, settings));
  if (!found) {
    const key = isRecomputable(settings) ? username : await known.reserve(username);
    if ((await fluent.create({ ...model.create, username: key })) === 'created') {
      return { ref: key, how: 'created', ...done };
    }
  }
  // Taken although it was not there: somebody created it in between, perhaps our own try whose answer was lost.
  const existing = found ?? (await fluent.findByUsername(username));
  if (!existing) throw conflict('IDENTITY_CONFLICT');
  checkIdentity(existing, model, settings);
  if ((await fluent.update({ ...update, username: existing.username })) === 'unknown') {
    throw new ConnectorError(
      { failureClass: 'retry', code: 'FLUENT_LOOKUP_AND_UPDATE_DISAGREE' },
      'Fluent found the customer, then did not.',
    );
  }
  return { ref: existing.username, how: isOurs(existing, model, settings) ? 'updated' : 'adopted', ...done };
}

/** Does the customer id alone give the username, now and later? */
function isRecomputable(settings: CustomerSettings): boolean {
  const { usernameStrategy, retailerByStore, retailerByCountry } = settings;
  if (isByEmail(settings)) return false;
  const retailerIsFixed = Object.keys({ ...retailerByStore, ...retailerByCountry }).length === 0;
  return usernameStrategy === 'customerId' || retailerIsFixed;
}

/** With e-mail keys and a lost row, the customer may stand under an older e-mail's username; only our own mark proves it. */
async function findMovedCustomer(
  fluent: FluentWriter,
  model: FluentCustomer,
  known: Known,
  settings: CustomerSettings,
): Promise<FoundCustomer | undefined> {
  if (!isByEmail(settings) || known.isConfirmed) return undefined;
  const candidates = await fluent.findByEmail(model.create.primaryEmail);
  return candidates.find((candidate) => isOurs(candidate, model, settings));
}

/** Never overwrite a record that belongs to somebody else. */
function checkIdentity(found: FoundCustomer, model: FluentCustomer, settings: CustomerSettings): void {
  if (found.retailerId !== undefined && found.retailerId !== model.create.retailer.id)
    throw conflict('RETAILER_CONFLICT');
  if (isOurs(found, model, settings)) return;
  const isMarked = markOf(found, settings) !== undefined;
  const mayAdopt = settings.adoptExisting ?? isByEmail(settings);
  if (isMarked || !mayAdopt) throw conflict('IDENTITY_CONFLICT');
}

function isOurs(found: FoundCustomer, model: FluentCustomer, settings: CustomerSettings): boolean {
  const name = attributeName(settings, 'commercetoolsId');
  return (
    markOf(found, settings) === model.create.attributes.find((attribute) => attribute.name === name)?.value
  );
}

/** The commercetools id that a Fluent customer carries. */
export function markOf(found: FoundCustomer, settings: CustomerSettings): unknown {
  return found.attributes.find(({ name }) => name === attributeName(settings, 'commercetoolsId'))?.value;
}

function conflict(code: 'IDENTITY_CONFLICT' | 'RETAILER_CONFLICT'): ConnectorError {
  return new ConnectorError(
    { failureClass: 'permanent', code },
    'A Fluent customer with this username belongs to somebody else.',
  );
}
