#!/usr/bin/env node
import { parseArgs } from 'node:util';
import type { PartnerBus } from './ports.ts';
import { sunrise } from './sunrise.ts';
import { startCommercetoolsTwin } from './twin.ts';

// The twin on its own, without the rest of the local environment:
//   node packages/twins/src/commercetools/main.ts [--port 4010] [--project demo]
// Notifications go nowhere; `GET /_twin/notifications` shows them.
const { values } = parseArgs({
  options: { port: { type: 'string', default: '4010' }, project: { type: 'string', default: 'demo' } },
});
const nowhere: PartnerBus = {
  createSource: async () => {},
  deleteSource: async () => {},
  put: async () => {},
};

const twin = await startCommercetoolsTwin({
  port: Number(values.port),
  projectKey: values.project,
  bus: nowhere,
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
