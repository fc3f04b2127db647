import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for `@aws-sdk/credential-provider-node` in every bundle (lib/constructs/connector-function.ts): Lambda hands a
 * function its role's credentials in the environment, so the chain of profile, SSO, metadata and process providers is
 * dead weight there. docs/adr/0003.
 */
export const defaultProvider = fromEnv;
