import { ConnectorError } from '../../core/base/errors.ts';

/** Errors that only a deployment fixes. */
const CONFIGURATION = /AccessDenied|NonExistentQueue|QueueDoesNotExist|InvalidAddress/;

/** Answer of a call to SQS. Throws a ConnectorError. `known`: part of an error's name -> code and message for it. */
export async function sqsCall<T>(
  call: Promise<T>,
  known: Readonly<Record<string, readonly [code: string, message: string]>> = {},
): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'Unknown';
    const failureClass = CONFIGURATION.test(name) ? 'configuration' : 'retry';
    const [code, message] = Object.entries(known).find(([part]) => name.includes(part))?.[1] ?? [
      `SQS_${name}`,
      `SQS did not answer: ${name}.`,
    ];
    throw new ConnectorError({ failureClass, code }, message, { cause });
  }
}
