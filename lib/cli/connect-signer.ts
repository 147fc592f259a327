import { KMSClient } from '@aws-sdk/client-kms';
import { kmsSigner } from '../platform/kms-signer.ts';
import type { Signer } from '../ports/signer.ts';
import type { StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';

/** A key of KMS that signs, by its id, ARN or alias, with the rights of the caller. Calls nothing yet. */
export function connectSigner(keyId: string, { region }: Pick<StackOptions, 'region'>): Signer {
  return kmsSigner(new KMSClient({ ...clientSettings, ...(region === undefined ? {} : { region }) }), keyId);
}
