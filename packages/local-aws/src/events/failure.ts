import { AwsError } from '../contract.ts';

/** The reason of a failed delivery, with the error code that EventBridge writes on a dead letter. */
export interface DeliveryFailure {
  readonly code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'THROTTLING' | 'SDK_CLIENT_ERROR' | 'ERROR_FROM_TARGET';
  readonly message: string;
  /** False for a missing target, a missing permission and an invalid request. */
  readonly retryable: boolean;
}

const missing = ['QueueDoesNotExist', 'ResourceNotFoundException'];
const throttled = ['ThrottlingException', 'TooManyRequestsException', 'RequestThrottled'];

export function failureOf(error: unknown): DeliveryFailure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof AwsError ? error.code : '';
  if (code === 'AccessDeniedException') return { code: 'NO_PERMISSIONS', message, retryable: false };
  if (missing.includes(code)) return { code: 'NO_RESOURCE', message, retryable: false };
  if (code === 'SenderFault') return { code: 'SDK_CLIENT_ERROR', message, retryable: false };
  if (throttled.includes(code)) return { code: 'THROTTLING', message, retryable: true };
  return { code: 'ERROR_FROM_TARGET', message, retryable: true };
}
