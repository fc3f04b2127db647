import { expect, test } from 'vitest';
import { renewalTime, TokenCache } from '../../../lambdas/core/base/token.ts';

function fetches(values: readonly (string | Error)[], renewAt = 1_000) {
  let count = 0;
  const fetchToken = async () => {
    const value = values[count++];
    if (value instanceof Error) throw value;
    return { value: value ?? 'none', renewAt };
  };
  return { fetchToken, count: () => count };
}

test('twenty calls at once share one token request', async () => {
  const { fetchToken, count } = fetches(['a', 'b']);
  const tokens = new TokenCache(() => 0);
  const got = await Promise.all(Array.from({ length: 20 }, () => tokens.get(fetchToken)));
  expect(new Set(got)).toEqual(new Set(['a']));
  expect(count()).toBe(1);
});

test('a token is renewed at its renewal time', async () => {
  let now = 0;
  const { fetchToken } = fetches(['a', 'b']);
  const tokens = new TokenCache(() => now);
  expect(await tokens.get(fetchToken)).toBe('a');
  now = 1_000;
  expect(await Promise.all([tokens.get(fetchToken), tokens.get(fetchToken)])).toEqual(['b', 'b']);
});

test('a refused token is dropped once and its successor stays', async () => {
  const { fetchToken, count } = fetches(['a', 'b', 'c']);
  const tokens = new TokenCache(() => 0);
  await tokens.get(fetchToken);
  await tokens.drop('a');
  expect(await tokens.get(fetchToken)).toBe('b');
  await tokens.drop('a');
  expect(await tokens.get(fetchToken)).toBe('b');
  expect(count()).toBe(2);
});

test('a failed request is not kept', async () => {
  const { fetchToken } = fetches([new Error('down'), 'b']);
  const tokens = new TokenCache(() => 0);
  await expect(tokens.get(fetchToken)).rejects.toThrow('down');
  expect(await tokens.get(fetchToken)).toBe('b');
});

test.each([
  [172_800, 172_740],
  [90, 45],
  [10, 5],
])('a token of %i s is used for %i s', (life, used) => {
  expect(renewalTime(0, life)).toBe(used * 1_000);
});
