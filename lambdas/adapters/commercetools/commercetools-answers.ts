/** HTTP status of an error of the SDK. A network failure has none. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  const status = error.statusCode;
  return typeof status === 'number' && status >= 300 ? status : undefined;
}

/** Header of an unsuccessful answer. */
export function headerOf(error: unknown, name: string): string | undefined {
  const headers =
    typeof error === 'object' && error !== null && 'headers' in error ? error.headers : undefined;
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  if (typeof headers !== 'object' || headers === null) return undefined;
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}

/** Whether commercetools itself answered that there is no such resource. A 404 of a proxy or of a wrong address does not count. */
export function isNotFound(error: unknown): boolean {
  if (statusOf(error) !== 404 || typeof error !== 'object' || error === null || !('body' in error))
    return false;
  const { body } = error;
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : undefined;
  return Array.isArray(errors) && errors.some((one) => one?.code === 'ResourceNotFound');
}
