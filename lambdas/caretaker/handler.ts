/** Looks after the connector once a minute; see docs/adr/0018. */
import { readBesideEnv } from '../runtime/beside-env.ts';
import { createCaretakerServices } from '../runtime/caretaker-services.ts';
import { createHandler } from '../runtime/create-handler.ts';
import { readEnv, readJsonVariable } from '../runtime/env.ts';
import { caretakerEnv, notificationDeadLetters } from './env.ts';
import { lookAfter } from './look-after.ts';

const env = readEnv(caretakerEnv);
const { care, ...options } = readBesideEnv(env);
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
  lookAfter({ ...servicesOf(signal), care }),
);
