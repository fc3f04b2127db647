/** Performs the operations of operators. IAM decides who may invoke it; see docs/adr/0017. */
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

/** The environment of a function is limited to 4 KB, so the URL is not repeated in another variable. */
function tickQueueOf({ runs }: Readonly<Record<string, ConnectedQueue>>): string {
  if (!runs) throw new Error('The variable QUEUES has no queue "runs".');
  return runs.url;
}
