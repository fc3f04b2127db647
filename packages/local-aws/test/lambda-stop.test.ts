import { expect, test } from 'vitest';
import { startConsumer } from './mapping-consumer.ts';
import { startTestAccount } from './test-account.ts';

test('stopping ends although a function enables its mapping again meanwhile', async () => {
  const account = await startTestAccount();
  const reader = await startConsumer(account);
  const stopped = account.stop();
  // As a function does that is still running: it finds the mapping disabled and enables it.
  await reader.update({ Enabled: true });
  await expect(stopped).resolves.toBeUndefined();
}, 60_000);
