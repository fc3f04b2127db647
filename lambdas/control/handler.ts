/** The operator's one door: a request in, an answer out. IAM decides who may invoke it; see docs/adr/0017. */
import { connectedHandlers, connectedQueues } from '../core/connected-handler.ts';
import { deliverySettings } from '../core/delivery-settings.ts';
import { careSettings, runSettings } from '../core/run-settings.ts';
import { subscriptionProperties } from '../core/subscription-request.ts';
import { createControlServices } from '../runtime/control-services.ts';
import { createHandler } from '../runtime/create-handler.ts';
import { readEnv, readJsonVariable } from '../runtime/env.ts';
import { answer } from './answer.ts';
import { controlEnv } from './env.ts';

const env = readEnv(controlEnv);
const delivery = readJsonVariable('DELIVERY_SETTINGS', env.DELIVERY_SETTINGS, deliverySettings);
const settings = {
  stage: env.STAGE,
  delivery,
  runSettings: readJsonVariable('RUN_SETTINGS', env.RUN_SETTINGS, runSettings),
  care: readJsonVariable('CARE_SETTINGS', env.CARE_SETTINGS, careSettings),
};
const servicesOf = createControlServices({
  projectKey: env.PROJECT_KEY,
  tableName: env.TABLE_NAME,
  handlers: readJsonVariable('HANDLERS', env.HANDLERS, connectedHandlers),
  queues: readJsonVariable('QUEUES', env.QUEUES, connectedQueues),
  tickQueueUrl: env.TICK_QUEUE_URL,
  rule: { busName: env.PARTNER_BUS_NAME, name: env.PARTNER_RULE_NAME },
  archive: { arn: env.ARCHIVE_ARN, busArn: env.PARTNER_BUS_ARN, ruleArn: env.PARTNER_RULE_ARN },
  subscriptionFunction: env.SUBSCRIPTION_FUNCTION,
  subscription: readJsonVariable('SUBSCRIPTION', env.SUBSCRIPTION, subscriptionProperties),
  commercetoolsSecret: env.COMMERCETOOLS_SECRET,
  delivery,
});

export const handler = createHandler((request: unknown, { signal }) =>
  answer({ ...settings, ...servicesOf(signal) }, request),
);
