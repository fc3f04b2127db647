/** The operator's one door: a request in, an answer out. IAM decides who may invoke it; see docs/adr/0017. */
import { type ConnectedQueue, connectedQueues } from '../core/runs/connected-handler.ts';
import { createHandler } from '../runtime/lambda/create-handler.ts';
import { readEnv, readJsonVariable } from '../runtime/lambda/env.ts';
import { readOperationsEnv } from '../runtime/operations/env.ts';
import { answer } from './answer.ts';
import { controlEnv, flowRules } from './env.ts';
import { rulesOf } from './rules-of.ts';
import { createControlServices } from './services.ts';

const env = readEnv(controlEnv);
const { care, runSettings, ...options } = readOperationsEnv(env);
const settings = { stage: env.STAGE, delivery: options.delivery, runSettings, care };
const queues = readJsonVariable('QUEUES', env.QUEUES, connectedQueues);
const [internal, everyMinute] = readJsonVariable('RULES', env.RULES, flowRules);
const servicesOf = createControlServices({
  ...options,
  queues,
  tickQueueUrl: tickQueueOf(queues),
  rules: rulesOf({ partner: env.PARTNER_RULE_ARN, internal, everyMinute }),
  commercetoolsSecret: env.COMMERCETOOLS_SECRET,
});

export const handler = createHandler((request: unknown, { signal }) =>
  answer({ ...settings, ...servicesOf(signal) }, request),
);

/** A function's environment is short: what stands among the queues does not stand there twice. */
function tickQueueOf({ runs }: Readonly<Record<string, ConnectedQueue>>): string {
  if (!runs) throw new Error('The variable QUEUES does not hold "runs", the queue of ticks.');
  return runs.url;
}
