import { ConnectorError } from '../../core/base/errors.ts';
import type { FoundCustomer } from '../../core/delivery/ports/fluent-writer.ts';
import type { HandlerContext, Known, Upserted } from '../../runtime/resource/resource-definition.ts';
import { attributeName } from './attributes.ts';
import { filledNames, withClearedFields } from './cleared-fields.ts';
import type { FluentCustomer } from './mapper.ts';
import type { CustomerSettings } from './settings.ts';
import { isByEmail, isRecomputable, usernamesOfId } from './usernames.ts';

type Context = HandlerContext<CustomerSettings>;

/**
 * Fluent has no upsert. A customer that was written before is updated under its remembered username (one call); any other is
 * looked up, then updated or created.
 */
export async function upsertCustomer(
  model: FluentCustomer,
  known: Known,
  context: Context,
): Promise<Upserted> {
  const { settings } = context;
  const { fluent } = context.services;
  const { update, warnings } = withClearedFields(model, known, settings);
  const done = { customs: filledNames(model), warnings };

  // A record that an operator chose may belong to another customer, so it is looked up before the first write.
  const isChecked = known.isLinked !== true || known.isExact;
  if (known.isConfirmed && known.ref !== undefined && isChecked) {
    const answer = await fluent.update({ ...update, username: known.ref });
    if (answer === 'updated') return { ref: known.ref, action: 'updated', ...done };
  }
  const username = known.ref ?? model.create.username;
  const reserve = async (key: string) => {
    if (!isRecomputable(known.id, settings)) await known.reserve(key);
  };
  const found = (await fluent.findByUsername(username)) ?? (await findElsewhere(model, known, context));
  if (!found) {
    await reserve(username);
    if ((await fluent.create({ ...model.create, username })) === 'created') {
      return { ref: username, action: 'created', ...done };
    }
  }
  // Duplicate although the lookup found nothing: created in between, perhaps by our own try whose answer was lost.
  const existing = found ?? (await fluent.findByUsername(username));
  if (!existing) throw lookupAndWriteDisagree();
  const isOwn = markOf(existing, settings) === known.id;
  if (!isOwn) checkAdoptable(existing, { model, known, settings });
  await reserve(existing.username);
  if ((await fluent.update({ ...update, username: existing.username })) === 'unknown')
    throw lookupAndWriteDisagree();
  return { ref: existing.username, action: isOwn ? 'updated' : 'adopted', ...done };
}

/**
 * Without a sync record, the customer may exist under the username of an older e-mail or of another retailer. Only a record
 * that carries its commercetools id counts.
 */
async function findElsewhere(
  model: FluentCustomer,
  known: Known,
  { services, settings }: Context,
): Promise<FoundCustomer | undefined> {
  if (known.isConfirmed || known.isLinked) return undefined;
  const { fluent } = services;
  const isOwn = (found: FoundCustomer) => markOf(found, settings) === known.id;
  const byEmail = isByEmail(settings) ? await fluent.findByEmail(model.create.primaryEmail) : [];
  const own = byEmail.find(isOwn);
  if (own) return own;
  const tried = known.ref ?? model.create.username;
  for (const username of usernamesOfId(known.id, settings).filter((one) => one !== tried)) {
    const found = await fluent.findByUsername(username);
    if (found && isOwn(found)) return found;
  }
  return undefined;
}

/** Throws unless a record without our mark may be taken over: it may belong to another system or retailer. */
function checkAdoptable(
  found: FoundCustomer,
  { model, known, settings }: { model: FluentCustomer; known: Known; settings: CustomerSettings },
): void {
  if (found.retailerId !== undefined && found.retailerId !== model.create.retailer.id)
    throw conflict('RETAILER_CONFLICT');
  const isMarked = markOf(found, settings) !== undefined;
  const isLinked = known.isLinked === true && found.username === known.ref;
  const mayAdopt = isLinked || (settings.adoptExisting ?? isByEmail(settings));
  if (isMarked || !mayAdopt) throw conflict('IDENTITY_CONFLICT');
}

/** The commercetools id that a Fluent customer carries: our mark. */
export function markOf(found: FoundCustomer, settings: CustomerSettings): unknown {
  return found.attributes.find(({ name }) => name === attributeName(settings, 'commercetoolsId'))?.value;
}

function conflict(code: 'IDENTITY_CONFLICT' | 'RETAILER_CONFLICT'): ConnectorError {
  return new ConnectorError(
    { failureClass: 'permanent', code },
    'The Fluent customer with this username belongs to another customer, system or retailer.',
  );
}

/** A replica lags behind, or the record was created or removed between the two calls. */
export function lookupAndWriteDisagree(): ConnectorError {
  return new ConnectorError(
    { failureClass: 'retry', code: 'FLUENT_LOOKUP_AND_WRITE_DISAGREE' },
    'A lookup in Fluent and the write after it disagree about whether the customer exists.',
  );
}
