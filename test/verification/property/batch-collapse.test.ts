import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ResourceEvent } from '../../../lambdas/core/delivery/resource-event.ts';
import type { QueueRecord } from '../../../lambdas/runtime/lambda/queue-record.ts';
import { type Group, groupRecords } from '../../../lambdas/runtime/resource/group-records.ts';
import { idOf } from '../../builders/notification.ts';
import { event, record } from '../../builders/records.ts';
import { holds } from './seeds.ts';

const customers = [1, 2, 3].map(idOf);
const anyEvent: fc.Arbitrary<ResourceEvent> = fc
  .record({
    id: fc.constantFrom(...customers),
    version: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom('UPSERT' as const, 'DELETE' as const),
    dataErasure: fc.boolean(),
    force: fc.boolean(),
    bodyAt: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  .map(({ id, dataErasure, force, bodyAt, ...rest }) =>
    event({
      ...rest,
      resource: { typeId: 'customer', id },
      ...(dataErasure && { dataErasure }),
      ...(force && { force }),
      ...(bodyAt !== undefined && { body: { id, version: rest.version, bodyAt }, bodyAt }),
    }),
  );
const malformed = fc.oneof(fc.json(), fc.string(), fc.constantFrom('', '{}', '[]', '{"resource":null}'));
const anyRecord: fc.Arbitrary<QueueRecord> = fc
  .record({
    body: fc.oneof({ weight: 5, arbitrary: anyEvent }, malformed),
    receives: fc.integer({ min: 1, max: 900 }),
    sentAt: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ body, receives, sentAt }) => record(body, { receives, sentAt }));
const batch = fc.array(anyRecord, { maxLength: 10 });
const shuffled = batch.chain((records) =>
  fc.tuple(
    fc.constant(records),
    fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length }),
  ),
);

/** The parts of a group that the protocol reads. */
function readOf({ records, work: { event, receives, sentAt } }: Group) {
  const { version, kind, resource, body, bodyAt } = event;
  const flags = { dataErasure: event.dataErasure === true, force: event.force === true };
  const members = records.map(({ messageId }) => messageId).sort();
  return { members, id: resource.id, version, kind, body, bodyAt, ...flags, receives, sentAt };
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

describe('a batch grouped by customer', () => {
  test('contains every record exactly once: in one group or among the refused', () =>
    holds(
      fc.property(batch, (records) => {
        const { groups, refused } = groupRecords(records, () => true);
        const sorted = [...groups.flatMap((group) => group.records), ...refused.map((one) => one.record)];
        expect(sorted).toHaveLength(records.length);
        expect(new Set(sorted)).toEqual(new Set(records));
        expect(new Set(groups.map(({ work }) => work.event.resource.id)).size).toBe(groups.length);
      }),
      { runs: 600 },
    ));

  test('gives the same groups in any order of the records', () =>
    holds(
      fc.property(shuffled, ([records, others]) => {
        const [a, b] = [records, others].map((list) =>
          groupRecords(list, () => true)
            .groups.map(readOf)
            .sort(byId),
        );
        expect(a).toEqual(b);
      }),
      { runs: 600 },
    ));

  test('has the most receives of its records and the age of its oldest record', () =>
    holds(
      fc.property(batch, (records) => {
        for (const { records: own, work } of groupRecords(records, () => true).groups) {
          expect(work.receives).toBe(Math.max(...own.map(({ receives }) => receives)));
          expect(work.sentAt).toBe(Math.min(...own.map(({ sentAt }) => sentAt)));
        }
      }),
      { runs: 300 },
    ));
});
