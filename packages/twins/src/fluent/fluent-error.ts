/** An error of the GraphQL API; its code has the form `[CST]dddd[EW]`. */
export class FluentError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'FluentError';
    this.code = code;
  }
}

/** An HTTP error outside GraphQL: token endpoint, invalid bearer token, body too large. */
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
