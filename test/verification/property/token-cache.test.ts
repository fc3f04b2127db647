import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenCache } from '../../../lambdas/core/base/token.ts';
import { holds } from './seeds.ts';

/** One call of an environment: how often the other side refuses its token, as a 401 for a revoked token. */
interface Call {
  readonly revokesFirst: boolean;
  /** Lets every token expire before the call. */
  readonly expires: boolean;
}

const call: fc.Arbitrary<Call> = fc.record({ revokesFirst: fc.boolean(), expires: fc.boolean() });
const fetchFails = fc.infiniteStream(fc.nat({ max: 4 }).map((draw) => draw === 0));

/** An authorisation server that counts parallel requests. */
function createIssuer(scheduler: fc.Scheduler, fails: Iterator<boolean>, now: () => number) {
  let issued = 0;
  let open = 0;
  let mostAtOnce = 0;
  const revoked = new Set<string>();
  const answer = scheduler.scheduleFunction(async (value: string, isDown: boolean) => {
    if (isDown) throw new Error('down');
    return { value, renewAt: now() + 1_000 };
  });
  return {
    revoked,
    mostAtOnce: () => mostAtOnce,
    async fetchToken() {
      mostAtOnce = Math.max(mostAtOnce, ++open);
      try {
        return await answer(`token-${++issued}`, fails.next().value === true);
      } finally {
        open--;
      }
    },
  };
}

test('at most one token request runs at a time, and a caller never gets a token again that was refused to it', () =>
  holds(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(call, { minLength: 1, maxLength: 8 }),
      fetchFails,
      async (scheduler, calls, fails) => {
        let now = 0;
        const tokens = new TokenCache(() => now);
        const issuer = createIssuer(scheduler, fails, () => now);
        const request = scheduler.scheduleFunction(async (token: string, revokesFirst: boolean) => {
          if (revokesFirst) issuer.revoked.add(token);
          return issuer.revoked.has(token) ? 401 : 200;
        });
        const begin = scheduler.scheduleFunction(async () => undefined);

        /** As both clients do it: one renewal after a 401. */
        async function perform({ revokesFirst, expires }: Call): Promise<void> {
          await begin();
          if (expires) now += 1_000;
          const token = await tokens.get(issuer.fetchToken);
          if ((await request(token, revokesFirst)) === 200) return;
          await tokens.drop(token);
          const renewed = await tokens.get(issuer.fetchToken);
          expect(renewed).not.toBe(token);
          await request(renewed, false);
        }

        const all = Promise.allSettled(calls.map(perform));
        const ends = await scheduler.waitFor(all);
        const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.message] : []));
        expect(failures.filter((message) => message !== 'down')).toEqual([]);
        expect(issuer.mostAtOnce()).toBeLessThanOrEqual(1);
      },
    ),
    { runs: 600 },
  ));

test('a failed request is not cached: the next call requests a token again', () =>
  holds(
    fc.asyncProperty(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 5 }), async (failures, callers) => {
      const tokens = new TokenCache(() => 0);
      let left = failures;
      const fetchToken = async () => {
        if (left-- > 0) throw new Error('down');
        return { value: 'good', renewAt: 1 };
      };
      for (let round = 0; round < failures; round++) {
        const ends = await Promise.allSettled(Array.from({ length: callers }, () => tokens.get(fetchToken)));
        expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
      }
      expect(await tokens.get(fetchToken)).toBe('good');
    }),
    { runs: 60 },
  ));
