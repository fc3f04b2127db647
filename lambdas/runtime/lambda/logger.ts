import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../../core/base/ports/log.ts';

/** One per environment; service name and level come from the variables that the stack sets. */
export const logger = new Logger();

/** Takes only what the port names: a payload, a token or a name cannot get in. */
export const log: Log = {
  // A failure must be seen whatever level is set.
  outcome: (record) => logger[record.outcome === 'failed' ? 'error' : 'info']('outcome', { ...record }),
  recorded: (record) => logger.info('recorded', { ...record }),
  retry: ({ resourceType, id, version, traceId, receives, delaySeconds, failureClass, code }) =>
    logger.warn('retry', { resourceType, id, version, traceId, receives, delaySeconds, failureClass, code }),
  warning: (record) => logger.warn('warning', { ...record }),
  // Whoever changed something, or saw something personal, is told of whatever level is set.
  action: ({ isLook, ...record }) => logger[isLook ? 'info' : 'critical']('action', { ...record }),
  error: (record) => logger.error('error', { ...record }),
};
