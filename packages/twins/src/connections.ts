/** An API client of the commercetools twin, as the Merchant Center exports it. */
export interface CommercetoolsConnection {
  readonly apiUrl: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An integration user of the Fluent twin's account, and its OAuth client. */
export interface FluentConnection {
  readonly rootUrl: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}
