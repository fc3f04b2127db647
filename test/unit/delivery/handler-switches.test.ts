import { describe, expect, test } from 'vitest';
import { ConnectorError, type FailureClass } from '../../../lambdas/core/base/errors.ts';
import { bareCustomer } from '../../builders/customer.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { idOf } from '../../builders/notification.ts';
import { event, record } from '../../builders/records.ts';

/** Customers that are all new, and a Fluent whose writes can be made to fail. */
function bench() {
  const made = createHandlerBench();
  const { create } = made.ports.services.fluent;
  let next = 0;
  return {
    ...made,
    fail: (failureClass: FailureClass, code: string) => {
      made.ports.services.fluent.create = async () => {
        throw new ConnectorError({ failureClass, code }, code);
      };
    },
    heal: () => {
      made.ports.services.fluent.create = create;
    },
    /** Runs a message for each of that many new customers; answers how many messages are retried. */
    async bring(count: number) {
      const records = Array.from({ length: count }, () => {
        const id = idOf(++next);
        made.commercetools.customers.set(id, bareCustomer({ id }));
        return record(event({ version: 1, resource: { typeId: 'customer', id } }));
      });
      let retried = 0;
      for (const one of records) retried += (await made.run(one)).length;
      return retried;
    },
    breaker: async () => (await made.liveSettings.handler('customer').read()).value.breaker,
  };
}

describe('the breaker', () => {
  test.each([
    ['ambiguous', 'FLUENT_503'],
    ['ambiguous', 'FLUENT_NO_ANSWER'],
    ['configuration', 'FLUENT_401'],
  ] as const)(
    'opens at the twentieth outage in a row (%s %s), and says why and since when',
    async (failureClass, code) => {
      const { fail, bring, breaker, time, errors } = bench();
      fail(failureClass, code);
      await bring(19);
      expect(await breaker()).toBeUndefined();
      await bring(1);
      expect(await breaker()).toEqual({ state: 'open', since: time.now, code, successes: 0 });
      expect(errors).toEqual([{ code: 'BREAKER_OPENED', errorName: code, place: 'customer' }]);
    },
  );

  test.each([
    ['retry', 'FLUENT_429'],
    ['retry', 'C0011E'],
    ['permanent', 'C0141E'],
  ] as const)('never opens for %s %s', async (failureClass, code) => {
    const { fail, bring, breaker } = bench();
    fail(failureClass, code);
    await bring(30);
    expect(await breaker()).toBeUndefined();
  });

  test('never opens because commercetools is down', async () => {
    const { bring, breaker, ports } = bench();
    ports.services.commercetools.customersById = async () => {
      throw new ConnectorError({ failureClass: 'retry', code: 'COMMERCETOOLS_503' }, 'down');
    };
    expect(await bring(30)).toBe(30);
    expect(await breaker()).toBeUndefined();
  });

  test('restarts its count after a successful write, not after a lookup', async () => {
    const { fail, heal, bring, breaker } = bench();
    fail('ambiguous', 'FLUENT_503');
    await bring(19);
    heal();
    await bring(1);
    fail('ambiguous', 'FLUENT_503');
    // Each of them looks the customer up first, and that works.
    await bring(19);
    expect(await breaker()).toBeUndefined();
    await bring(1);
    expect(await breaker()).toMatchObject({ state: 'open' });
  });

  test('that is open allows no call and retries later without using up attempts', async () => {
    const { bring, run, switchTo, store, fluentCalls, commercetools, queue, retries, ports } = bench();
    await switchTo({ breaker: { state: 'open', since: 1, code: 'FLUENT_503', successes: 0 } });
    const read = { count: 0 };
    const { read: really } = store;
    ports.store.read = (keys) => {
      read.count++;
      return really(keys);
    };
    expect(await bring(3)).toBe(3);
    const old = record(event(), { receives: 899, sentAt: 0 });
    expect(await run(old)).toEqual([old.messageId]);
    expect([fluentCalls(), commercetools.calls, read.count, store.rows().size]).toEqual([[], [], 0, 0]);
    expect([...queue.hidden.values()]).toEqual([900, 900, 900, 900]);
    expect(retries.at(-1)).toMatchObject({ code: 'BREAKER_OPEN', failureClass: 'retry' });
  });

  test('blocks at once in the environment that opened it, and allows calls once it is closed', async () => {
    const { fail, heal, bring, switchTo, fluentCalls, fluent } = bench();
    fail('ambiguous', 'FLUENT_503');
    await bring(20);
    heal();
    fluent.calls.length = 0;
    expect(await bring(1)).toBe(1);
    expect(fluentCalls()).toEqual([]);
    await switchTo({ breaker: undefined as never });
    expect(await bring(1)).toBe(0);
  });

  test('that is half-open allows calls and opens again at the first outage', async () => {
    const { fail, bring, switchTo, breaker } = bench();
    await switchTo({ breaker: { state: 'half-open', since: 7, code: 'FLUENT_503', successes: 2 } });
    expect(await bring(2)).toBe(0);
    fail('ambiguous', 'FLUENT_500');
    await bring(1);
    expect(await breaker()).toEqual({ state: 'open', since: 7, code: 'FLUENT_500', successes: 0 });
  });

  test('opens without undoing a change that another writer makes at the same time', async () => {
    const { fail, bring, liveSettings, switchTo } = bench();
    await switchTo({ paused: { since: 5, by: 'operator' } });
    fail('ambiguous', 'FLUENT_503');
    const setting = liveSettings.handler('customer');
    await bring(19);
    const { value, revision } = await setting.read();
    await setting.write({ ...value, mode: 'prepare' }, revision);
    await bring(1);
    expect((await setting.read()).value).toMatchObject({
      mode: 'prepare',
      paused: { since: 5, by: 'operator' },
      breaker: { state: 'open' },
    });
  });
});

describe('the switches', () => {
  test('that could never be read block the handler', async () => {
    const { run, ports, commercetools } = bench();
    ports.switches.read = async () => {
      throw new ConnectorError({ failureClass: 'retry', code: 'STATE_Throttled' }, 'no');
    };
    const message = record(event());
    expect(await run(message)).toEqual([message.messageId]);
    expect(commercetools.calls).toEqual([]);
  });
});

describe('a refused permission', () => {
  test('is stored with its code once a minute, and a failure to store it does not block the batch', async () => {
    const { fail, bring, time, liveSettings } = bench();
    const setting = liveSettings.handler('customer');
    const noted = async () => {
      const { value, revision } = await setting.read();
      return [value.trouble, revision];
    };
    fail('configuration', 'C0020E');
    const at = time.now;
    expect(await bring(3)).toBe(3);
    expect(await noted()).toEqual([{ code: 'C0020E', at }, 1]);
    time.now += 60_000;
    await bring(1);
    expect(await noted()).toEqual([{ code: 'C0020E', at: time.now }, 2]);
    fail('configuration', 'SECRET_CONTENT');
    await bring(1);
    expect(await noted()).toEqual([{ code: 'SECRET_CONTENT', at: time.now }, 3]);
    fail('ambiguous', 'FLUENT_503');
    await bring(1);
    expect((await noted())[1]).toBe(3);
  });
});
