import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * What the functions are bundled with in place of the SDK's chain of credential providers: Lambda hands the credentials of a
 * function's role to it in its environment, and nowhere else. The rest of the chain (profiles, SSO, web identity, instance
 * metadata) is a fifth of a bundle, and loaded at will, which keeps the whole of it from being laid out flat: every cold start
 * would pay for what is never asked.
 */
export const defaultProvider = fromEnv;
