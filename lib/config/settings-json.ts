/**
 * Settings for the environment of a function, without those that are at their default: the function's schema fills them in
 * again, and the 4,096 bytes of an environment are few.
 */
export function settingsJson<T extends object>(schema: { parse(value: unknown): T }, settings: T): string {
  const defaults: Partial<T> = schema.parse({});
  const changed = Object.entries(settings).filter(([key, value]) => defaults[key as keyof T] !== value);
  return JSON.stringify(Object.fromEntries(changed));
}
