#!/usr/bin/env node
import { parseArgs } from 'node:util';
import type { PartnerBus } from './ports.ts';
import { sunrise } from './sunrise.ts';
import { startCommercetoolsTwin } from './twin.ts';

// The twin alone: npx commercetools-twin [--port 4010] [--project demo]
// No bus receives its notifications; `GET /_twin/notifications` lists them.
const { values } = parseArgs({
  options: { port: { type: 'string', default: '4010' }, project: { type: 'string', default: 'demo' } },
});
const noBus: PartnerBus = {
  createSource: async () => {},
  deleteSource: async () => {},
  put: async () => {},
};

const twin = await startCommercetoolsTwin({
  port: Number(values.port),
  projectKey: values.project,
  bus: noBus,
});
await twin.seed(sunrise());
console.log(
  JSON.stringify(
    { url: twin.url, projectKey: twin.projectKey, admin: twin.connection('admin') },
    undefined,
    2,
  ),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => twin.stop());
