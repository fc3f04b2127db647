/** Settings for a function's environment, which holds 4,096 bytes: without defaults, which the function's schema adds again. */
export function settingsJson<T extends object>(schema: { parse(value: unknown): T }, settings: T): string {
  const defaults: Partial<T> = schema.parse({});
  const changed = Object.entries(settings).filter(([key, value]) => defaults[key as keyof T] !== value);
  return JSON.stringify(Object.fromEntries(changed));
}
