import type { ResourceHandler } from '../resource.ts';
import { cloudwatch } from './cloudwatch.ts';
import { dynamodb } from './dynamodb.ts';
import { events } from './events.ts';
import { iam } from './iam.ts';
import { lambda } from './lambda.ts';
import { logs } from './logs.ts';
import { secretsManager } from './secrets-manager.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';
import { ssm } from './ssm.ts';

/** The handlers of all supported resource types. Any other type fails the deployment. */
export const resourceHandlers: ReadonlyMap<string, ResourceHandler> = new Map(
  [cloudwatch, dynamodb, events, iam, lambda, logs, secretsManager, sns, sqs, ssm]
    .flat()
    .map((handler) => [handler.type, handler]),
);
