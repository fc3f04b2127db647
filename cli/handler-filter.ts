import { CliError } from './cli-error.ts';
import type { Session } from './session.ts';

/** With --handler, the entries of that handler; without it, all. Throws CliError HANDLER_UNKNOWN. */
export function filterByHandler<T extends { readonly handler: string }>(
  { options }: Pick<Session, 'options'>,
  list: readonly T[],
): T[] {
  if (!options.isHandlerGiven) return [...list];
  const own = list.filter(({ handler }) => handler === options.handler);
  if (own.length > 0) return own;
  const names = [...new Set(list.map(({ handler }) => handler))].join(', ');
  throw new CliError(
    { kind: 'not-found', code: 'HANDLER_UNKNOWN' },
    `No handler is named "${options.handler}". The handlers are: ${names}.`,
  );
}
