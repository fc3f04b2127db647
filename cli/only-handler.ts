import { CliError } from './cli-error.ts';
import type { Session } from './session.ts';

/** Of a list over all handlers, what belongs to the one that --handler names; all of it without. Throws CliError HANDLER_UNKNOWN. */
export function onlyHandler<T extends { readonly handler: string }>(
  { options }: Pick<Session, 'options'>,
  list: readonly T[],
): T[] {
  if (!options.isHandlerGiven) return [...list];
  const own = list.filter(({ handler }) => handler === options.handler);
  if (own.length > 0) return own;
  const names = [...new Set(list.map(({ handler }) => handler))].join(', ');
  throw new CliError(
    { kind: 'not-found', code: 'HANDLER_UNKNOWN' },
    `There is no handler "${options.handler}". There are: ${names}.`,
  );
}
