/** An error in the form of the commercetools HTTP API. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** Further members of the first entry of `errors`, for example `currentVersion`. */
  readonly members: Record<string, unknown>;

  constructor(status: number, code: string, message: string, members: Record<string, unknown> = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.members = members;
  }

  body(): Record<string, unknown> {
    const errors = [{ code: this.code, message: this.message, ...this.members }];
    const body = { statusCode: this.status, message: this.message, errors };
    // OAuth errors carry the OAuth members as well.
    return oauthCodes.has(this.code) ? { ...body, error: this.code, error_description: this.message } : body;
  }
}

const oauthCodes = new Set([
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'invalid_token',
  'insufficient_scope',
  'unsupported_grant_type',
]);

export const notFound = (id: string) =>
  new ApiError(404, 'ResourceNotFound', `The Resource with ID '${id}' was not found.`);

export const duplicateField = (field: string, duplicateValue: string) =>
  new ApiError(
    400,
    'DuplicateField',
    `A duplicate value '"${duplicateValue}"' exists for field '${field}'.`,
    {
      field,
      duplicateValue,
    },
  );

export function requireVersion(id: string, current: number, given: number): void {
  if (current === given) return;
  throw new ApiError(
    409,
    'ConcurrentModification',
    `Object ${id} has a different version than expected. Expected: ${given} - Actual: ${current}.`,
    { currentVersion: current },
  );
}
