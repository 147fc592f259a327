import { KMSClient } from '@aws-sdk/client-kms';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { kmsMac } from '../../platform/kms-mac.ts';

/** Codes of proofs of who signed in, by a key of its own: who checks identities cannot make links. */
export const identityMac = kmsMac(new KMSClient(clientSettings), setting('IDENTITY_KEY_ARN'));
