import { KMSClient } from '@aws-sdk/client-kms';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { kmsMac } from '../../platform/kms-mac.ts';

/** Codes of personal links, by the stage's key. */
export const mac = kmsMac(new KMSClient(clientSettings), setting('LINK_KEY_ARN'));
