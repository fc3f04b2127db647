import type * as z from 'zod/mini';

/** One operation. The function parses the input and its clients parse the output, with the same schemas. */
export interface OperationDefinition<I extends z.ZodMiniObject, O extends z.ZodMiniType> {
  readonly input: I;
  readonly output: O;
  /** Input fields of the audit line: ids and names. Never an e-mail, a key or a username. */
  readonly audited?: readonly `${keyof z.output<I> & string}${'' | '.id'}`[];
  /** Its answer may hold values of a customer, so even a read is audited like a change. */
  readonly showsPersonalData?: true;
}

export function read<I extends z.ZodMiniObject, O extends z.ZodMiniType>(
  definition: OperationDefinition<I, O>,
): OperationDefinition<I, O> & { readonly effect: 'read' } {
  return { effect: 'read', ...definition };
}

export function change<I extends z.ZodMiniObject, O extends z.ZodMiniType>(
  definition: OperationDefinition<I, O>,
): OperationDefinition<I, O> & { readonly effect: 'change' } {
  return { effect: 'change', ...definition };
}
