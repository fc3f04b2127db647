import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collapse } from '../../../lambdas/core/delivery/collapse.ts';
import type { ResourceEvent } from '../../../lambdas/core/delivery/resource-event.ts';
import { event } from '../../builders/records.ts';

const anyEvent: fc.Arbitrary<ResourceEvent> = fc
  .record({
    version: fc.integer({ min: 1, max: 6 }),
    kind: fc.constantFrom('UPSERT' as const, 'DELETE' as const),
    dataErasure: fc.boolean(),
    force: fc.boolean(),
    body: fc.option(fc.string(), { nil: undefined }),
    bodyAt: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ dataErasure, force, body, bodyAt, ...rest }) =>
    event({
      ...rest,
      ...(dataErasure && { dataErasure }),
      ...(force && { force }),
      ...(body !== undefined && { body, bodyAt }),
    }),
  );

/** What the protocol reads of an event. */
const read = ({ version, kind, dataErasure, force, body, bodyAt }: ResourceEvent) => ({
  version,
  kind,
  dataErasure: dataErasure === true,
  force: force === true,
  hasBody: body !== undefined,
  bodyAt,
});

describe('collapsed events of one customer', () => {
  test('keep the highest version, any delete, any erasure, any force, and a body only of the highest version', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 6 }), (events) => {
        const one = events.reduce(collapse);
        const highest = Math.max(...events.map(({ version }) => version));
        expect(one.version).toBe(highest);
        expect(one.kind).toBe(events.some(({ kind }) => kind === 'DELETE') ? 'DELETE' : 'UPSERT');
        expect(one.dataErasure === true).toBe(events.some(({ dataErasure }) => dataErasure));
        expect(one.force === true).toBe(events.some(({ force }) => force));
        expect(one.body !== undefined).toBe(
          events.some(({ version, body }) => version === highest && body !== undefined),
        );
      }),
    );
  });

  test('take the second event of equal versions, with the latest body and without invented flags', () => {
    const both = (a: Partial<ResourceEvent>, b: Partial<ResourceEvent>) =>
      collapse(event({ traceId: 'a', ...a }), event({ traceId: 'b', ...b }));
    expect(both({}, {})).toEqual(event({ traceId: 'b' }));
    expect(both({ version: 4 }, {})).toEqual(event({ version: 4, traceId: 'a' }));
    expect(both({ body: 'x', bodyAt: 1 }, { bodyAt: 9 })).toEqual(
      event({ traceId: 'b', body: 'x', bodyAt: 1 }),
    );
    expect(both({ body: 'x' }, {})).toStrictEqual(event({ traceId: 'b', body: 'x' }));
    expect(both({ body: 'x' }, { body: 'y', bodyAt: 1 })).toEqual(
      event({ traceId: 'b', body: 'y', bodyAt: 1 }),
    );
    expect(both({ body: 'x', bodyAt: 2 }, { body: 'y', bodyAt: 1 })).toMatchObject({ body: 'x', bodyAt: 2 });
    expect(both({ body: 'x', bodyAt: 2 }, { version: 4 })).toEqual(event({ version: 4, traceId: 'b' }));
  });

  test('do not depend on the order', () => {
    fc.assert(
      fc.property(anyEvent, anyEvent, anyEvent, (a, b, c) => {
        expect(read(collapse(a, b))).toEqual(read(collapse(b, a)));
        expect(read(collapse(collapse(a, b), c))).toEqual(read(collapse(a, collapse(b, c))));
      }),
    );
  });
});
