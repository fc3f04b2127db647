/** The operator's one door: a request in, an answer out. IAM decides who may invoke it; see docs/adr/0017. */
import { connectedQueues } from '../core/connected-handler.ts';
import { readBesideEnv } from '../runtime/beside-env.ts';
import { createControlServices } from '../runtime/control-services.ts';
import { createHandler } from '../runtime/create-handler.ts';
import { readEnv, readJsonVariable } from '../runtime/env.ts';
import { answer } from './answer.ts';
import { controlEnv } from './env.ts';

const env = readEnv(controlEnv);
const { care, runSettings, ...options } = readBesideEnv(env);
const settings = { stage: env.STAGE, delivery: options.delivery, runSettings, care };
const servicesOf = createControlServices({
  ...options,
  queues: readJsonVariable('QUEUES', env.QUEUES, connectedQueues),
  commercetoolsSecret: env.COMMERCETOOLS_SECRET,
});

export const handler = createHandler((request: unknown, { signal }) =>
  answer({ ...settings, ...servicesOf(signal) }, request),
);
