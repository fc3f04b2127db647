import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Replaces `@aws-sdk/credential-provider-node` in every bundle (lib/constructs/connector-function.ts). Lambda passes the role's
 * credentials in the environment, so the other providers are never used. docs/adr/0003.
 */
export const defaultProvider = fromEnv;
