import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { openIdSignIn } from '../../identity/openid-sign-in.ts';
import { awsSecrets } from '../../platform/aws-secrets.ts';
import { clientSettings } from '../../platform/client-settings.ts';
import { now } from './clock.ts';

const issuer = process.env['OIDC_ISSUER'] ?? '';
const clientId = process.env['OIDC_CLIENT_ID'] ?? '';
const reference = process.env['OIDC_CLIENT_SECRET'] ?? '';
const secrets = awsSecrets(new SSMClient(clientSettings), new SecretsManagerClient(clientSettings), now);

/** The stage's issuer of identities; `undefined` where it has none. */
export const signIn =
  issuer === '' || clientId === ''
    ? undefined
    : openIdSignIn({ issuer, clientId, clientSecret: reference === '' ? undefined : () => secrets.read(reference) });
