/** Looks after the connector once a minute; see docs/adr/0018. */
import { connectedHandlers } from '../core/connected-handler.ts';
import { deliverySettings } from '../core/delivery-settings.ts';
import { careSettings, runSettings } from '../core/run-settings.ts';
import { subscriptionProperties } from '../core/subscription-request.ts';
import { createCaretakerServices } from '../runtime/caretaker-services.ts';
import { createHandler } from '../runtime/create-handler.ts';
import { readEnv, readJsonVariable } from '../runtime/env.ts';
import { caretakerEnv, notificationDeadLetters } from './env.ts';
import { lookAfter } from './look-after.ts';

const env = readEnv(caretakerEnv);
const care = readJsonVariable('CARE_SETTINGS', env.CARE_SETTINGS, careSettings);
const servicesOf = createCaretakerServices({
  projectKey: env.PROJECT_KEY,
  tableName: env.TABLE_NAME,
  handlers: readJsonVariable('HANDLERS', env.HANDLERS, connectedHandlers),
  tickQueueUrl: env.TICK_QUEUE_URL,
  notificationDeadLetters: readJsonVariable(
    'NOTIFICATION_DEAD_LETTERS',
    env.NOTIFICATION_DEAD_LETTERS,
    notificationDeadLetters,
  ),
  rule: { busName: env.PARTNER_BUS_NAME, name: env.PARTNER_RULE_NAME },
  archive: { arn: env.ARCHIVE_ARN, busArn: env.PARTNER_BUS_ARN, ruleArn: env.PARTNER_RULE_ARN },
  subscriptionFunction: env.SUBSCRIPTION_FUNCTION,
  subscription: readJsonVariable('SUBSCRIPTION', env.SUBSCRIPTION, subscriptionProperties),
  canarySecret: env.CANARY_SECRET,
  delivery: readJsonVariable('DELIVERY_SETTINGS', env.DELIVERY_SETTINGS, deliverySettings),
  runSettings: readJsonVariable('RUN_SETTINGS', env.RUN_SETTINGS, runSettings),
});

export const handler = createHandler((_event: unknown, { signal }) =>
  lookAfter({ ...servicesOf(signal), care }),
);
