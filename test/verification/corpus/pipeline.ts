import { listen } from '../../../lambdas/queue-listener/listen.ts';
import { route } from '../../../lambdas/router/route.ts';
import { routes } from '../../../lambdas/routes.ts';
import type { QueueRecord } from '../../../lambdas/runtime/lambda/queue-record.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { createObserver } from '../../builders/observer.ts';
import {
  createMemoryDeadLetters,
  createMemoryHandlerQueues,
  createMemoryPublisher,
} from '../../fakes/memory-queues.ts';
import { changeOf, customerOf, type Door, eventOf, type Input, onBus } from './input.ts';
import { bugs, leaks, pollution, requestFaults } from './oracle.ts';

/** Every mapping setting that reads a field of the customer. */
const settings = {
  consentField: 'marketingConsent',
  customFields: { loyaltyId: 'loyalty', tags: 'tags', points: 'points' },
  retailerByStore: { berlin: '2' },
  retailerByCountry: { DE: '3' },
  timezoneByCountry: { DE: 'Europe/Berlin' },
  attributes: [
    'commercetoolsVersion',
    'customerNumber',
    'commercetoolsKey',
    'externalId',
    'customerGroup',
    'customerGroups',
    'stores',
    'companyName',
    'salutation',
    'middleName',
    'locale',
    'isEmailVerified',
    'vatId',
    'dateOfBirth',
  ],
};
export const strategies = ['customerId', 'retailerId_customerId', 'email', 'retailerId_email'] as const;
export type Strategy = (typeof strategies)[number];

/** Outcomes of the records of a batch, without the neighbours. */
export interface OutcomeCounts {
  applied: number;
  filtered: number;
  failed: number;
  retried: number;
}

export interface BatchResult {
  readonly counts: OutcomeCounts;
  readonly violations: readonly string[];
}

/** Allowed reasons to retry an input; any other is a bug. */
const retryReasons = new Set(['STALE_READ', 'NOT_FOUND_YET', 'SOURCE_UNREADABLE']);
const neighbours = ['600d0000-0000-4000-8000-000000000001', '600d0000-0000-4000-8000-000000000002'];
const hour = 3_600_000;
let messages = 0;

function toRecord(body: unknown, over: Partial<QueueRecord> = {}): QueueRecord {
  const messageId = `5e55a6e0-0000-4000-8000-${(++messages).toString(16).padStart(12, '0')}`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { messageId, receiptHandle: messageId, body: text, receives: 1, sentAt: 0, ...over };
}

const entersAt = (inputs: readonly Input[], door: Door): QueueRecord[] =>
  inputs
    .filter(({ message, doors }) => message !== undefined && (doors ?? [door]).includes(door))
    .map(({ message }) => toRecord(message));

/**
 * Sends a batch of bad inputs, with a good one before and after them, through the real listener, router and
 * customer handler, and reports violations.
 */
export async function runBatch(
  inputs: readonly Input[],
  strategy: Strategy = 'customerId',
): Promise<BatchResult> {
  const violations: string[] = [];
  const counts: OutcomeCounts = { applied: 0, filtered: 0, failed: 0, retried: 0 };
  try {
    const published = await runListener(inputs, { violations, counts });
    const sent = await runRouter(inputs, published, { violations, counts });
    await runHandler(inputs, sent, strategy, { violations, counts });
  } catch (error) {
    violations.push(
      `thrown: ${error instanceof Error ? `${error.name} ${error.message.slice(0, 200)}` : typeof error}`,
    );
  }
  violations.push(...pollution());
  return { counts, violations };
}

interface Result {
  readonly violations: string[];
  readonly counts: OutcomeCounts;
}

async function runListener(inputs: readonly Input[], result: Result) {
  const observer = createObserver();
  const publisher = createMemoryPublisher();
  const deadLetters = createMemoryDeadLetters();
  const ports = {
    projectKey: 'local',
    routes,
    publisher,
    deadLetters,
    log: observer.log,
    metrics: observer.metrics,
  };
  const announced = inputs.filter(
    ({ message, customer, isInline }) => message === undefined && customer !== undefined && !isInline,
  );
  const [first, last] = neighbours.map((id) => toRecord(changeOf(id)));
  if (!first || !last) return [];
  const records = [
    first,
    ...entersAt(inputs, 'listener'),
    ...announced.map(({ id }) => toRecord(changeOf(id))),
    last,
  ];
  const retried = await listen(ports, records);
  const { entries } = publisher;
  const ended = [
    ...retried.map(({ messageId }) => messageId),
    ...observer.outcomes.map(({ traceId }) => traceId),
    ...entries.map(({ event }) => event.traceId),
  ].sort();
  const { violations } = result;
  if (
    ended.join() !==
    records
      .map(({ messageId }) => messageId)
      .sort()
      .join()
  )
    violations.push('listener: not one outcome each');
  if (retried.length > 0) violations.push('listener: retried');
  for (const { messageId } of [first, last])
    if (!entries.some(({ event }) => event.traceId === messageId))
      violations.push('listener: a neighbour was lost');
  violations.push(...leaks(observer, [deadLetters.copies, entries]), ...bugs(observer));
  count(result.counts, observer);
  return entries;
}

async function runRouter(
  inputs: readonly Input[],
  published: Awaited<ReturnType<typeof runListener>>,
  result: Result,
) {
  const observer = createObserver();
  const queues = createMemoryHandlerQueues();
  const deadLetters = createMemoryDeadLetters();
  const ports = { routes, queues, deadLetters, log: observer.log, metrics: observer.metrics };
  const good = published.map(({ typeId, event }) => toRecord(onBus(event, typeId)));
  const records = [...good.slice(0, 1), ...entersAt(inputs, 'router'), ...good.slice(1)];
  const retried = await route(ports, records);
  const { violations } = result;
  if (retried.length + observer.outcomes.length + queues.sent.length !== records.length)
    violations.push('router: not one outcome each');
  const unknown = observer.retries.filter(({ code }) => code === 'UNKNOWN_TYPE_ID');
  if (retried.length !== unknown.length) violations.push('router: retried');
  if (published.some(({ event }) => !queues.sent.some((sent) => sent.event.traceId === event.traceId)))
    violations.push('router: a good event was lost');
  const sentEvents = queues.sent.map(({ event: { body: _body, ...event } }) => event);
  violations.push(...leaks(observer, [deadLetters.copies, sentEvents]), ...bugs(observer));
  count(result.counts, observer);
  result.counts.retried += retried.length;
  return queues.sent.map(({ event }) => event);
}

async function runHandler(
  inputs: readonly Input[],
  sent: Awaited<ReturnType<typeof runRouter>>,
  usernameStrategy: Strategy,
  result: Result,
): Promise<void> {
  const bench = createHandlerBench({ ...settings, usernameStrategy });
  const { violations, counts } = result;
  const texts = new Map(neighbours.map((id) => [id, JSON.stringify(goodCustomer(id))]));
  for (const { id, customer } of inputs) texts.set(id, customer ?? JSON.stringify(customerOf(id)));
  bench.ports.services.commercetools.customersById = async (ids) =>
    ids.flatMap((id) => {
      const text = texts.get(id);
      return text === undefined ? [] : [JSON.parse(text)];
    });
  const { create, update } = bench.fluent;
  const guard = <T extends Parameters<typeof create>[0] | Parameters<typeof update>[0]>(
    call: 'create' | 'update',
    input: T,
  ): T => {
    violations.push(...requestFaults(call, input));
    return JSON.parse(JSON.stringify(input));
  };
  bench.ports.services.fluent.create = (input) => create(guard('create', input));
  bench.ports.services.fluent.update = (input) => update(guard('update', input));

  const late = new Set(inputs.filter(({ isLate }) => isLate).map(({ id }) => id));
  const timeOf = (id: string) =>
    late.has(id) ? { receives: 5, sentAt: bench.time.now - hour } : { receives: 1, sentAt: bench.time.now };
  const chained = sent.map((event) => toRecord(event, timeOf(event.resource.id)));
  const inline = inputs
    .filter(({ isInline }) => isInline)
    .map(({ id, customer = '' }) => toRecord(withBody(id, customer, bench.time.now), timeOf(id)));
  const raw = entersAt(inputs, 'handler').map((record) => ({ ...record, sentAt: bench.time.now }));
  const records = [...chained.slice(0, 1), ...raw, ...inline, ...chained.slice(1)];
  const retried = await bench.run(...records);
  if (retried.length + bench.outcomes.length !== records.length)
    violations.push('handler: not one outcome each');
  for (const { code } of bench.retries)
    if (!retryReasons.has(code)) violations.push(`handler: retried for ${code}`);
  for (const id of neighbours) {
    const isSynced = bench.outcomes.some((one) => one.id === id && one.outcome === 'synced');
    if (!isSynced) violations.push('handler: a neighbour was not synced');
    const there = [...bench.fluent.customers.values()].some(
      ({ primaryEmail }) => primaryEmail === `${id}@example.com`,
    );
    if (!there) violations.push('handler: a neighbour is not in Fluent');
  }
  violations.push(
    ...leaks(bench, [bench.deadLetters.copies, [...bench.store.rows().values()].map(withoutRef)]),
    ...bugs(bench),
  );
  count(counts, bench);
  counts.retried += retried.length;
  counts.applied -= neighbours.length;
}

/** With an e-mail strategy the username is the e-mail: the one personal value that a row may store. */
function withoutRef({ ref: _ref, ...row }: { ref?: string }) {
  return row;
}

function goodCustomer(id: string) {
  return customerOf(id, { email: `${id}@example.com` });
}

/** The event of a run, with the text of the customer inserted unchanged. */
function withBody(id: string, customer: string, bodyAt: number): string {
  const event = eventOf(id, { runId: 'run-1', bodyAt });
  return `${JSON.stringify(event).slice(0, -1)},"body":${customer}}`;
}

function count(counts: OutcomeCounts, { outcomes }: ReturnType<typeof createObserver>): void {
  for (const { outcome } of outcomes) {
    if (outcome === 'filtered') counts.filtered++;
    else if (outcome === 'failed') counts.failed++;
    else counts.applied++;
  }
}
