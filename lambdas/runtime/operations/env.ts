import * as z from 'zod/mini';
import { careSettings } from '../../core/base/care-settings.ts';
import { deliverySettings } from '../../core/delivery/delivery-settings.ts';
import { subscriptionProperties } from '../../core/operations/subscription-request.ts';
import { connectedHandlers } from '../../core/runs/connected-handler.ts';
import { runSettings } from '../../core/runs/run-settings.ts';
import { readJsonVariable } from '../lambda/env.ts';

/** Environment of both the caretaker and the control function: written by lib, read once at cold start. */
export const operationsEnv = {
  PROJECT_KEY: z.string(),
  TABLE_NAME: z.string(),
  /** JSON of `core/runs/connected-handler.ts`, `connectedHandlers`. */
  HANDLERS: z.string(),
  /** Bus, rule and archive between commercetools and the ingest queue. */
  PARTNER_BUS_ARN: z.string(),
  PARTNER_RULE_ARN: z.string(),
  ARCHIVE_ARN: z.string(),
  /** Name of the subscription function. */
  SUBSCRIPTION_FUNCTION: z.string(),
  /** JSON of the custom resource's properties, without the service token. */
  SUBSCRIPTION: z.string(),
  DELIVERY_SETTINGS: z.string(),
  RUN_SETTINGS: z.string(),
  CARE_SETTINGS: z.string(),
};
type OperationsEnv = { readonly [Name in keyof typeof operationsEnv]: string };

/** Parses the environment into the options of the services. */
export function readOperationsEnv(env: OperationsEnv) {
  const busArn = env.PARTNER_BUS_ARN;
  const ruleArn = env.PARTNER_RULE_ARN;
  return {
    projectKey: env.PROJECT_KEY,
    tableName: env.TABLE_NAME,
    handlers: readJsonVariable('HANDLERS', env.HANDLERS, connectedHandlers),
    rule: nameOfRule({ busArn, ruleArn }),
    archive: { arn: env.ARCHIVE_ARN, busArn, ruleArn },
    subscriptionFunction: env.SUBSCRIPTION_FUNCTION,
    subscription: readJsonVariable('SUBSCRIPTION', env.SUBSCRIPTION, subscriptionProperties),
    delivery: readJsonVariable('DELIVERY_SETTINGS', env.DELIVERY_SETTINGS, deliverySettings),
    runSettings: readJsonVariable('RUN_SETTINGS', env.RUN_SETTINGS, runSettings),
    care: readJsonVariable('CARE_SETTINGS', env.CARE_SETTINGS, careSettings),
  };
}

/** `...:event-bus/<bus>` and `...:rule/<bus>/<rule>`; the name of a partner bus contains slashes. */
export function nameOfRule({ busArn, ruleArn }: { readonly busArn: string; readonly ruleArn: string }) {
  return {
    busName: busArn.slice(busArn.indexOf('/') + 1),
    name: ruleArn.slice(ruleArn.lastIndexOf('/') + 1),
  };
}
