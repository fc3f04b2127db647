/** What a client needs to reach the commercetools twin: the API client as the Merchant Center exports it. */
export interface CommercetoolsConnection {
  readonly apiUrl: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a client needs to reach the Fluent twin: an integration user of the account, and its OAuth client. */
export interface FluentConnection {
  readonly rootUrl: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}
