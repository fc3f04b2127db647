import { short } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import type { SourceCustomer } from '../models/commercetools.ts';
import type { OmsCustomer } from '../models/fluent.ts';
import { CANARY, canaryOf, customerId } from '../plan/content.ts';
import type { World } from '../world/world.ts';
import { markOf, type Oracle } from './oracle.ts';

type Violate = (invariant: string, what: string) => void;

/** Everything that must hold at rest. */
export function checkEnd(world: World, oracle: Oracle): void {
  const violate: Violate = (invariant, what) => world.sim.violate(new Violation(invariant, what));
  const { word } = oracle;
  for (const customer of world.source.customers.values()) {
    const { id } = customer;
    if (word.isToBeErased(id)) checkErased(world, id, violate);
    if (customer.deletedAt !== undefined) checkDeleted(world, customer, violate);
    else if (word.isSkipped(id)) checkSkipped(world, customer, violate);
    else if (!word.isErased(id)) checkLive(world, oracle, customer, violate);
  }
  checkState(world, violate);
  checkWork(world, oracle, violate);
  checkSinks(world, violate);
  const isClean = [...world.sim.faults.hits.keys()].every((kind) => /^(partner|noise) /.test(kind));
  if (isClean && world.sim.cuts.crashAt === undefined) {
    world.sim.reach.hit('ledger: whole chain compared');
    oracle.ledger.checkChain(world.sentDirectly, oracle.forgedEvents);
  }
}

/** I1: the OMS has the content of the source, once. */
function checkLive(world: World, oracle: Oracle, { id, history }: SourceCustomer, violate: Violate): void {
  const current = history.at(-1);
  if (!current) return;
  const { code, settings } = world;
  const parsed = code.customerDefinition.source.safeParse(current.body);
  const isMappable = parsed.success && parsed.data.email;
  if (!isMappable) {
    const isReported = oracle.failures.byId.get(id)?.some(({ version }) => version >= current.version);
    if (!isReported)
      violate('I4', `${short(id)}: version ${current.version} cannot be mapped, but no failure is recorded`);
    return;
  }
  if (isRightlyRefused(world, oracle, id, current.version)) return;
  const chosen = oracle.word.linkedTo(id);
  // The record that a link left keeps its mark; every write checks that it is not written or created again afterwards.
  const records = recordsOf(world, id).filter(({ username }) => chosen === undefined || username === chosen);
  const [record] = records;
  if (!record || records.length > 1) {
    const why = oracle.failures.byId.get(id)?.at(-1)?.reason ?? '';
    violate('I1', `${short(id)}: ${records.length} records in the OMS ${why}`);
    return;
  }
  const row = world.rowsById().get(id);
  if (chosen !== undefined && (row?.ref !== chosen || row.isLinked !== true))
    violate('I11', `${short(id)}: linked to ${chosen}, but the row has ${row?.ref}`);
  if (row?.version !== current.version || row.status !== 'live')
    violate('I1', `${short(id)}: the row has ${row?.status} ${row?.version}, the source ${current.version}`);
  const mapped = code.customerDefinition.map(parsed.data, { settings, projectKey: 'local' });
  const difference = firstDifference(record, mapped.content as Expected, settings.clearMode);
  if (difference)
    violate('I1', `${short(id)}: ${difference} of version ${current.version} differs in the OMS`);
  // A hash of other content would skip a write some day.
  if (row?.hash !== undefined && row.hash !== code.contentHash(mapped.content))
    violate('I1', `${short(id)}: the row has the hash of other content than version ${current.version}`);
  const hasRun = world.plan.changes.some((change) => change.kind === 'run' && change.run === 99);
  if (hasRun && !world.plan.twoMappers && row?.mapperVersion !== world.mapperVersion)
    violate('I6', `${short(id)}: the mapper version of a finished run was not stored`);
}

/** I11: an excluded customer has one complete version of the source in the OMS. */
function checkSkipped(world: World, { id, history }: SourceCustomer, violate: Violate): void {
  const { code, settings } = world;
  for (const record of recordsOf(world, id)) {
    const version = record.attributes.find(({ name }) => name === 'commercetoolsVersion')?.value;
    const stand = history.find((one) => String(one.version) === String(version));
    const parsed = code.customerDefinition.source.safeParse(stand?.body);
    const mapped =
      parsed.success && code.customerDefinition.map(parsed.data, { settings, projectKey: 'local' });
    const difference = mapped ? firstDifference(record, mapped.content as Expected, 'keep') : 'everything';
    if (difference)
      violate('I11', `${short(id)}: excluded, but ${difference} in the OMS is not of version ${version}`);
  }
}

/** I8: erased by an operator, whatever the source still has. */
function checkErased(world: World, id: string, violate: Violate): void {
  const row = world.rowsById().get(id);
  if (row?.status !== 'deleted' || row.erased !== true) {
    violate('I8', `${short(id)}: an operator's erasure is not done: the row is ${row?.status ?? 'absent'}`);
    return;
  }
  if (row.ref !== undefined || row.customs !== undefined)
    violate('I8', `${short(id)}: the row still has data of a customer that an operator erased`);
  if (holdsPerson(world, id))
    violate('I8', `${short(id)}: the OMS still has a customer that an operator erased`);
}

function holdsPerson(world: World, id: string): boolean {
  const mark = canaryOf(Number(id.slice(-12)));
  return recordsOf(world, id).some(({ fields, attributes }) =>
    JSON.stringify([fields, attributes]).includes(mark),
  );
}

/** A foreign record has the username of the customer: dead-lettered with that code, and the record is untouched. */
function isRightlyRefused(world: World, oracle: Oracle, id: string, version: number): boolean {
  const stranger = world.plan.changes.find(
    (change) => change.kind === 'stranger' && customerId(change.customer) === id,
  );
  if (stranger?.kind !== 'stranger' || stranger.which === 'unmarked') return false;
  const isReported = oracle.failures.byId
    .get(id)
    ?.some((failure) => failure.version >= version && /^(IDENTITY|RETAILER)_CONFLICT$/.test(failure.reason));
  return isReported === true && world.fluent.customers.get(stranger.email)?.fields['lastName'] === 'Stranger';
}

interface Expected {
  readonly attributes: readonly { readonly name: string; readonly value: unknown }[];
  readonly [field: string]: unknown;
}

const clearable = ['title', 'primaryPhone', 'companyName'];

function firstDifference(record: OmsCustomer, expected: Expected, clearMode: string): string | undefined {
  const { attributes, ...fields } = expected;
  for (const [name, value] of Object.entries(fields)) if (record.fields[name] !== value) return name;
  const held = new Map(record.attributes.map(({ name, value }) => [name, value]));
  for (const { name, value } of attributes) if (held.get(name) !== value) return name;
  if (clearMode === 'keep') return undefined;
  // A field that is empty at the source is empty in the OMS too, if the settings require it.
  const names = new Set([...Object.keys(fields), ...attributes.map(({ name }) => name)]);
  return clearable.find((name) => !names.has(name) && Boolean(record.fields[name] ?? held.get(name)));
}

/** I3 and I8: the row is deleted, and the OMS matches the policy. */
function checkDeleted(world: World, customer: SourceCustomer, violate: Violate): void {
  const { id, isErased } = customer;
  const row = world.rowsById().get(id);
  // Without a row the delete cannot be recorded; the OMS is checked all the same.
  const { hits } = world.sim.faults;
  const mayHaveNoRow = hits.has('table-restore old-rows') || hits.has('retention expired');
  if (row?.status !== 'deleted' && !(mayHaveNoRow && (row?.version ?? 0) === 0)) {
    violate('I3', `${short(id)}: deleted at the source, ${row?.status ?? 'absent'} in the row`);
    return;
  }
  if (isErased && row?.erased !== true) violate('I8', `${short(id)}: the erasure is not recorded`);
  if (isErased && (row?.ref !== undefined || row?.customs !== undefined))
    violate('I8', `${short(id)}: the row still has data of an erased customer`);
  if (!isErased && world.settings.onDelete === 'ignore') return;
  // A create whose commit was lost, and whose delete was retried longer than its queue keeps messages: only a comparison with the OMS finds that orphan.
  if (!isErased && mayHaveNoRow && (row?.version ?? 0) === 0) return;
  if (holdsPerson(world, id))
    violate(isErased ? 'I8' : 'I3', `${short(id)}: the OMS still has a deleted customer`);
}

/** I5: one row per customer, and every row of a deleted customer expires. */
function checkState(world: World, violate: Violate): void {
  const rows = world.table.rows();
  const known = world.source.customers.size + 1;
  if (rows.size > known) violate('I5', `${rows.size} rows for ${known} customers`);
  for (const row of rows.values())
    if (row.status === 'deleted' && row.expiresAt === undefined)
      violate('I5', 'a tombstone without an expiry');
}

/** I6: no duplicates. */
function checkWork(world: World, oracle: Oracle, violate: Violate): void {
  const sends = world.handlerQueue.sent + (world.runQueue === world.handlerQueue ? 0 : world.runQueue.sent);
  const most = world.deliveries('router') + world.sentDirectly;
  if (sends > most) violate('I6', `${sends} messages in the handler queue for ${most} that were sent to it`);
  // A linked customer may be in two records, and a removal overwrites both.
  const deliveries = world.deliveries('handler') + world.fluent.raced + oracle.word.links;
  if (world.fluent.writes > deliveries)
    violate('I6', `${world.fluent.writes} writes for ${deliveries} deliveries`);
}

/** I10 in stored data: rows and dead letters. */
function checkSinks(world: World, violate: Violate): void {
  const isByEmail = world.settings.usernameStrategy === 'email';
  for (const row of world.table.rows().values()) {
    const { ref, ...rest } = row;
    if (JSON.stringify(rest).includes(CANARY)) violate('I10', 'a personal value in a row');
    if (!isByEmail && ref?.includes(CANARY)) violate('I10', 'a personal value in a ref');
  }
  for (const { copies } of Object.values(world.deadLetters))
    for (const { body } of copies)
      if (body.includes(CANARY)) violate('I10', 'a personal value in a dead letter');
}

function recordsOf(world: World, id: string): OmsCustomer[] {
  return [...world.fluent.customers.values()].filter(({ attributes }) => markOf(attributes) === id);
}
