import { ConnectorError } from '../../core/base/errors.ts';

/** What only a deployment mends. */
const CONFIGURATION = /AccessDenied|NonExistentQueue|QueueDoesNotExist|InvalidAddress/;

/** An answer of SQS. `known`: by a part of the error's name, code and message of what it means here. Throws a ConnectorError. */
export async function asked<T>(
  answer: Promise<T>,
  known: Readonly<Record<string, readonly [code: string, message: string]>> = {},
): Promise<T> {
  try {
    return await answer;
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
