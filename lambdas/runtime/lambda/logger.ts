import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../../core/base/ports/log.ts';

/** One per environment; service name and level come from the variables that the stack sets. */
export const logger = new Logger();

/** Logs only the fields of the port, so that no payload, token or name gets into a log. */
export const log: Log = {
  // A failure is logged at every log level.
  outcome: (record) => logger[record.outcome === 'failed' ? 'error' : 'info']('outcome', { ...record }),
  recorded: (record) => logger.info('recorded', { ...record }),
  retry: ({ resourceType, id, version, traceId, receives, delaySeconds, failureClass, code }) =>
    logger.warn('retry', { resourceType, id, version, traceId, receives, delaySeconds, failureClass, code }),
  warning: (record) => logger.warn('warning', { ...record }),
  // Changes and reads of personal data are logged at every log level.
  action: ({ isRead, ...record }) => logger[isRead ? 'info' : 'critical']('action', { ...record }),
  error: (record) => logger.error('error', { ...record }),
};
