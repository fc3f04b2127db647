import { AwsError } from '../parts.ts';

/** Why a delivery failed, in the words that EventBridge puts on a dead letter. */
export interface DeliveryFailure {
  readonly code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'THROTTLING' | 'SDK_CLIENT_ERROR' | 'ERROR_FROM_TARGET';
  readonly message: string;
  /** A missing target or permission, or a request that can never be right, is not tried again. */
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
