/** Maintains the connector once a minute; see docs/adr/0018. */

import { createHandler } from '../runtime/lambda/create-handler.ts';
import { readEnv, readJsonVariable } from '../runtime/lambda/env.ts';
import { readOperationsEnv } from '../runtime/operations/env.ts';
import { caretakerPass } from './caretaker-pass.ts';
import { caretakerEnv, notificationDeadLetters } from './env.ts';
import { createCaretakerServices } from './services.ts';

const env = readEnv(caretakerEnv);
const { care, ...options } = readOperationsEnv(env);
const deadLetters = env.NOTIFICATION_DEAD_LETTERS;
const servicesOf = createCaretakerServices({
  ...options,
  tickQueueUrl: env.TICK_QUEUE_URL,
  notificationDeadLetters: readJsonVariable(
    'NOTIFICATION_DEAD_LETTERS',
    deadLetters,
    notificationDeadLetters,
  ),
  canarySecret: env.CANARY_SECRET,
});

export const handler = createHandler((_event: unknown, { signal }) =>
  caretakerPass({ ...servicesOf(signal), care }),
);
