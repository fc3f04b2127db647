import { ConnectorError } from '../../core/base/errors.ts';
import type { FluentWriter, FoundCustomer } from '../../core/delivery/ports/fluent-writer.ts';
import type { Known, KnownRow, Upserted } from '../../runtime/resource/resource-definition.ts';
import { attributeName } from './attributes.ts';
import { filledNames, withClearedFields } from './cleared-fields.ts';
import type { FluentCustomer } from './mapper.ts';
import type { CustomerSettings } from './settings.ts';
import { isByEmail, isRecomputable, usernamesOfId } from './usernames.ts';

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
  const { update, warnings } = withClearedFields(model, known, settings);
  const done = { customs: filledNames(model), warnings };

  // A record that an operator chose is looked at before the first write: it may be somebody else's.
  const isProven = known.isLinked !== true || known.isExact;
  if (known.isConfirmed && known.ref !== undefined && isProven) {
    const answer = await fluent.update({ ...update, username: known.ref });
    if (answer === 'updated') return { ref: known.ref, how: 'updated', ...done };
  }
  const username = known.ref ?? model.create.username;
  const reserve = async (key: string) => {
    if (!isRecomputable(idOf(model, settings), settings)) await known.reserve(key);
  };
  const found =
    (await fluent.findByUsername(username)) ?? (await findElsewhere(fluent, model, known, settings));
  if (!found) {
    await reserve(username);
    if ((await fluent.create({ ...model.create, username })) === 'created') {
      return { ref: username, how: 'created', ...done };
    }
  }
  // Taken although it was not there: somebody created it in between, perhaps our own try whose answer was lost.
  const existing = found ?? (await fluent.findByUsername(username));
  if (!existing) throw disagreement();
  checkIdentity(existing, model, known, settings);
  await reserve(existing.username);
  if ((await fluent.update({ ...update, username: existing.username })) === 'unknown') throw disagreement();
  return { ref: existing.username, how: isOurs(existing, model, settings) ? 'updated' : 'adopted', ...done };
}

/**
 * With a lost row, the customer may stand under the username of an older e-mail or of another retailer; only our own mark
 * proves it.
 */
async function findElsewhere(
  fluent: FluentWriter,
  model: FluentCustomer,
  known: Known,
  settings: CustomerSettings,
): Promise<FoundCustomer | undefined> {
  if (known.isConfirmed || known.isLinked) return undefined;
  const byEmail = isByEmail(settings) ? await fluent.findByEmail(model.create.primaryEmail) : [];
  const ours = byEmail.find((candidate) => isOurs(candidate, model, settings));
  if (ours) return ours;
  const tried = known.ref ?? model.create.username;
  for (const username of usernamesOfId(idOf(model, settings), settings).filter((one) => one !== tried)) {
    const found = await fluent.findByUsername(username);
    if (found && isOurs(found, model, settings)) return found;
  }
  return undefined;
}

/** Never overwrite a record that belongs to somebody else. */
function checkIdentity(
  found: FoundCustomer,
  model: FluentCustomer,
  known: KnownRow,
  settings: CustomerSettings,
): void {
  // Our own record keeps the retailer of its creation, as on every update under the remembered username.
  if (isOurs(found, model, settings)) return;
  if (found.retailerId !== undefined && found.retailerId !== model.create.retailer.id)
    throw conflict('RETAILER_CONFLICT');
  const isMarked = markOf(found, settings) !== undefined;
  const isChosen = known.isLinked === true && found.username === known.ref;
  const mayAdopt = isChosen || (settings.adoptExisting ?? isByEmail(settings));
  if (isMarked || !mayAdopt) throw conflict('IDENTITY_CONFLICT');
}

function isOurs(found: FoundCustomer, model: FluentCustomer, settings: CustomerSettings): boolean {
  return markOf(found, settings) === idOf(model, settings);
}

/** The commercetools id of a mapped customer; it is always among its attributes. */
function idOf({ create }: FluentCustomer, settings: CustomerSettings): string {
  const name = attributeName(settings, 'commercetoolsId');
  return String(create.attributes.find((attribute) => attribute.name === name)?.value);
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

/** The lookup and the write say different things: a replica that lags, or a record that just came or went. */
function disagreement(): ConnectorError {
  return new ConnectorError(
    { failureClass: 'retry', code: 'FLUENT_LOOKUP_AND_WRITE_DISAGREE' },
    'Fluent found the customer, then did not, or the other way round.',
  );
}
