import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCommercetoolsReader } from '../../../lambdas/adapters/commercetools/sdk-commercetools-reader.ts';
import { createFluentWriter } from '../../../lambdas/adapters/fluent/graphql-fluent-writer.ts';
import { TokenCache } from '../../../lambdas/core/base/token.ts';
import { textTable } from '../../../local/table.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { event, record } from '../../builders/records.ts';
import { type AnsweringServer, type Place, places, startAnsweringServer } from './answering-server.ts';
import { type BadAnswer, badAnswers } from './cases/answer-cases.ts';
import { canary, customerOf, nextId } from './input.ts';
import { bugs, leaks, pollution } from './oracle.ts';

const neighbours = ['600d0000-0000-4000-8000-000000000001', '600d0000-0000-4000-8000-000000000002'];
const hour = 3_600_000;
const timeoutMs = 1_500;
const atOnce = 16;
/** The neighbours use the same connection: a bad answer there may make them retry, with a reason. */
const isShared = (place: Place) => place.endsWith('token') || place === 'customer query';
/** The allowed codes of a failure or a retry. */
const named =
  /^(COMMERCETOOLS|FLUENT)_[A-Z0-9_]+$|^[CST]\d{4}[EW]$|^(STALE_READ|NOT_FOUND_YET|SOURCE_UNREADABLE|IDENTITY_CONFLICT|INVALID:\w+)$/;

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer((id) => customerOf(id, { email: `${id}@example.com`, stores: [] }));
});
afterAll(() => server.stop());

/** The real handler over the real adapters; the message of the subject is old enough, and was received often enough, to be given up. */
async function meet(
  place: Place,
  { respond, isNotFound = false }: BadAnswer,
): Promise<{ end: string; faults: string[] }> {
  const id = nextId();
  server.serve(id, place, respond);
  const bench = createHandlerBench();
  const shared = { clock: Date.now, timeoutMs, signal: new AbortController().signal };
  bench.ports.services = {
    commercetools: createCommercetoolsReader({
      connection: {
        apiUrl: `${server.url}/ct`,
        authUrl: `${server.url}/ct`,
        clientId: id,
        clientSecret: canary,
      },
      projectKey: 'local',
      tokens: new TokenCache(Date.now),
      ...shared,
    }),
    fluent: createFluentWriter({
      connection: {
        rootUrl: `${server.url}/fluent`,
        accountId: 'A',
        clientId: id,
        clientSecret: canary,
        username: canary,
        password: canary,
      },
      tokens: new TokenCache(Date.now),
      ...shared,
    }),
  } as unknown as typeof bench.ports.services;
  if (place === 'Fluent update') {
    const key = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer', id };
    await bench.store.commitSynced(key, { version: 2, hash: 'x', mapperVersion: 1, ref: id });
  }
  const late = { receives: 5, sentAt: bench.time.now - hour };
  const records = [neighbours[0], id, neighbours[1]].map((one = '') =>
    record(
      event({ resource: { typeId: 'customer', id: one } }),
      one === id ? late : { sentAt: bench.time.now },
    ),
  );
  const faults: string[] = [];
  const retried = await bench.run(...records).catch((error: unknown) => {
    faults.push(`thrown: ${String(error)}`);
    return [];
  });
  const outcome = bench.outcomes.find((one) => one.id === id);
  const retry = bench.retries.find((one) => one.id === id);
  if (retried.length + bench.outcomes.length !== records.length) faults.push('not one outcome each');
  const reasons = [
    ...bench.retries.map(({ code }) => code),
    ...bench.outcomes.filter((one) => one.outcome === 'failed').map(({ reason }) => reason),
  ];
  faults.push(...reasons.filter((reason) => !named.test(reason)).map((reason) => `unnamed: ${reason}`));
  // Absent is final, because the customer is not read again. Only the documented answer may lead to it.
  if (outcome?.outcome === 'absent' && !(place === 'customer by id' && isNotFound))
    faults.push('treated as absent');
  if (
    !isShared(place) &&
    bench.outcomes.filter((one) => one.outcome === 'synced' && one.id !== id).length < 2
  )
    faults.push('a neighbour was not synced');
  faults.push(
    ...leaks(bench, [bench.deadLetters.copies, [...bench.store.rows().values()]]),
    ...bugs(bench),
    ...pollution(),
  );
  return { end: outcome ? `${outcome.outcome}: ${outcome.reason}` : `retried: ${retry?.code}`, faults };
}

describe('bad answers of the source and of Fluent', () => {
  const table: (string | number)[][] = [];
  const outcomes = new Map<string, number>();

  test.each(places)(
    '%s: have an outcome with a reason, and no existing customer counts as absent',
    async (place) => {
      const waiting = [...badAnswers];
      const faults: string[] = [];
      const counts = { applied: 0, failed: 0, retried: 0 };
      const startedAt = performance.now();
      const work = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const met = await meet(place, next);
          outcomes.set(`${place} | ${met.end}`, (outcomes.get(`${place} | ${met.end}`) ?? 0) + 1);
          const [how] = met.end.split(':');
          counts[how === 'failed' || how === 'retried' ? how : 'applied']++;
          if (met.faults.length > 0)
            faults.push(`${place} | ${next.name} | ${met.end} | ${met.faults.join('; ')}`.slice(0, 400));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      const seconds = Math.round(performance.now() - startedAt) / 1_000;
      table.push([place, badAnswers.length, counts.applied, counts.failed, counts.retried, seconds]);
      expect(faults).toEqual([]);
    },
  );

  afterAll(() => {
    console.log(textTable(['answers', 'inputs', 'applied', 'failed', 'retried', 'seconds'], table));
    if (process.env['CORPUS_ENDS'])
      console.log(
        [...outcomes]
          .map(([end, times]) => `  ${times} ${end}`)
          .sort()
          .join('\n'),
      );
  });

  test('are at least 40 at each place', () => {
    expect(badAnswers.length).toBeGreaterThanOrEqual(40);
  });
});
