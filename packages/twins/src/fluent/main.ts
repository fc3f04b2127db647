#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startFluentTwin } from './twin.ts';

// The twin alone: npx fluent-twin [--port 4020] [--account DEMO] [--retailer 1]
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4020' },
    account: { type: 'string', default: 'DEMO' },
    retailer: { type: 'string', multiple: true, default: ['1'] },
  },
});

const twin = await startFluentTwin({
  port: Number(values.port),
  accountId: values.account,
  retailerIds: values.retailer,
});
console.log(JSON.stringify(twin.connection(), undefined, 2));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => twin.stop());
