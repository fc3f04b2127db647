/** The SDK rejects with an error that has a status, or with a plain object around a network failure: no status. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  const status = error.statusCode;
  return typeof status === 'number' && status >= 300 ? status : undefined;
}

/** A header of an unsuccessful answer. */
export function headerOf(error: unknown, name: string): string | undefined {
  const headers =
    typeof error === 'object' && error !== null && 'headers' in error ? error.headers : undefined;
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  if (typeof headers !== 'object' || headers === null) return undefined;
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
