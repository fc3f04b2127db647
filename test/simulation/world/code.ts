import { classifyGraphqlErrors } from '../../../lambdas/adapters/fluent/fluent-errors.ts';
import { createMemoryStateStore } from '../../../lambdas/adapters/memory/memory-state-store.ts';
import { deliverySettings } from '../../../lambdas/core/delivery-settings.ts';
import { ConnectorError } from '../../../lambdas/core/errors.ts';
import { contentHash } from '../../../lambdas/core/hash.ts';
import { classifyHttp } from '../../../lambdas/core/http-failure.ts';
import { deduplicationId, groupId } from '../../../lambdas/core/resource-event.ts';
import { setAsideId } from '../../../lambdas/core/set-aside-id.ts';
import { renewalTime, TokenCache } from '../../../lambdas/core/token.ts';
import { customerDefinition } from '../../../lambdas/handlers/customer/definition.ts';
import { customerSettings } from '../../../lambdas/handlers/customer/settings.ts';
import { listen } from '../../../lambdas/queue-listener/listen.ts';
import { route } from '../../../lambdas/router/route.ts';
import { routes } from '../../../lambdas/routes.ts';
import { processBatch } from '../../../lambdas/runtime/resource-batch.ts';

/** The product, as it is. With a planted bug this module is loaded a second time, over changed sources. */
export const code = {
  classifyGraphqlErrors,
  classifyHttp,
  ConnectorError,
  contentHash,
  createMemoryStateStore,
  customerDefinition,
  customerSettings,
  deduplicationId,
  deliverySettings,
  groupId,
  listen,
  processBatch,
  renewalTime,
  route,
  routes,
  setAsideId,
  TokenCache,
};
export type Code = typeof code;
