import { classifyGraphqlErrors } from '../../../../lambdas/adapters/fluent/fluent-errors.ts';
import { caretakerPass } from '../../../../lambdas/caretaker/caretaker-pass.ts';
import { answer } from '../../../../lambdas/control/answer.ts';
import { careSettings } from '../../../../lambdas/core/base/care-settings.ts';
import { ConnectorError } from '../../../../lambdas/core/base/errors.ts';
import { contentHash } from '../../../../lambdas/core/base/hash.ts';
import { classifyHttp } from '../../../../lambdas/core/base/http-failure.ts';
import { renewalTime, TokenCache } from '../../../../lambdas/core/base/token.ts';
import { readDeadLetter } from '../../../../lambdas/core/delivery/dead-letter.ts';
import { deadLetterId } from '../../../../lambdas/core/delivery/dead-letter-id.ts';
import { deliverySettings } from '../../../../lambdas/core/delivery/delivery-settings.ts';
import { receiptSubject } from '../../../../lambdas/core/delivery/receipt-subject.ts';
import { deduplicationId, groupId } from '../../../../lambdas/core/delivery/resource-event.ts';
import { handlerAnswers, handlerFailure } from '../../../../lambdas/core/runs/handler-request.ts';
import { runSettings } from '../../../../lambdas/core/runs/run-settings.ts';
import { readTick } from '../../../../lambdas/core/runs/run-tick.ts';
import { customerDefinition } from '../../../../lambdas/handlers/customer/definition.ts';
import { customerSettings } from '../../../../lambdas/handlers/customer/settings.ts';
import { listen } from '../../../../lambdas/queue-listener/listen.ts';
import { route } from '../../../../lambdas/router/route.ts';
import { routes } from '../../../../lambdas/routes.ts';
import { feed } from '../../../../lambdas/run-feeder/feed.ts';
import { processBatch } from '../../../../lambdas/runtime/resource/process-batch.ts';
import { answerHandlerRequest } from '../../../../lambdas/runtime/resource/requests/handler-requests.ts';
import { createSwitchBoard } from '../../../../lambdas/runtime/resource/switches/handler-switches.ts';
import { startRun } from '../../../../lambdas/runtime/runs/start-run.ts';
import { createMemoryErasedStore } from '../../../fakes/memory-erased-store.ts';
import { createMemoryFailureStore } from '../../../fakes/memory-failure-store.ts';
import { createMemoryPendingStore } from '../../../fakes/memory-pending-store.ts';
import { createMemoryReceiptStore } from '../../../fakes/memory-receipt-store.ts';
import { createMemoryRunStore } from '../../../fakes/memory-run-store.ts';
import { createMemorySettingsStore } from '../../../fakes/memory-settings-store.ts';
import { createMemoryStateStore } from '../../../fakes/memory-state-store.ts';

/** The unchanged product. For a planted bug this module is loaded a second time, with changed sources. */
export const code = {
  answer,
  answerHandlerRequest,
  careSettings,
  feed,
  readTick,
  handlerAnswers,
  handlerFailure,
  caretakerPass,
  runSettings,
  startRun,
  classifyGraphqlErrors,
  classifyHttp,
  ConnectorError,
  contentHash,
  createMemoryErasedStore,
  createMemoryFailureStore,
  createMemoryPendingStore,
  createMemoryReceiptStore,
  createMemoryRunStore,
  createMemorySettingsStore,
  createMemoryStateStore,
  createSwitchBoard,
  customerDefinition,
  customerSettings,
  deduplicationId,
  deliverySettings,
  groupId,
  listen,
  processBatch,
  readDeadLetter,
  receiptSubject,
  renewalTime,
  route,
  routes,
  deadLetterId,
  TokenCache,
};
export type Code = typeof code;
