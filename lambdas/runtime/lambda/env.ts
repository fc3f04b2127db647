import type * as z from 'zod/mini';
import { firstPath } from '../../core/delivery/notification.ts';

/** Reads the environment of a function once, at cold start. Throws with the name of a variable that is missing or wrong. */
export function readEnv<T>(schema: z.ZodMiniType<T>): T {
  return checked('environment variable', schema, process.env);
}

/** Reads a JSON variable, for example DELIVERY_SETTINGS. */
export function readJsonVariable<T>(name: string, text: string, schema: z.ZodMiniType<T>): T {
  return checked(name, schema, JSON.parse(text));
}

function checked<T>(what: string, schema: z.ZodMiniType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Error(`${what} "${firstPath(read.error)}" is missing or wrong. The stack (lib/) sets it.`);
}
