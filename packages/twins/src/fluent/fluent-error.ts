/** An error of the GraphQL API; its code has the form `[CST]dddd[EW]`. */
export class FluentError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'FluentError';
    this.code = code;
  }
}

/** An answer below GraphQL: the token endpoint, a bad bearer, a body that is too large. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.code = code;
  }
}
