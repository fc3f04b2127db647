import * as z from 'zod/mini';

/** https anywhere, plain http on loopback only: credentials travel to this address. */
const serviceUrl = z
  .url()
  .check(
    z.refine(
      (url) => /^https:\/\//.test(url) || /^http:\/\/127\.0\.0\.1(:\d+)?(\/|$)/.test(url),
      'must be https',
    ),
  );

/** Content of the commercetools secret: the API client as the Merchant Center exports it. */
export const commercetoolsConnection = z.object({
  apiUrl: serviceUrl,
  authUrl: serviceUrl,
  clientId: z.string().check(z.minLength(1)),
  clientSecret: z.string().check(z.minLength(1)),
});
export type CommercetoolsConnection = z.infer<typeof commercetoolsConnection>;

/** Content of the Fluent secret: an integration user (type API) of the account, and its OAuth client. */
export const fluentConnection = z.object({
  rootUrl: serviceUrl,
  accountId: z.string().check(z.minLength(1)),
  clientId: z.string().check(z.minLength(1)),
  clientSecret: z.string().check(z.minLength(1)),
  username: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});
export type FluentConnection = z.infer<typeof fluentConnection>;
