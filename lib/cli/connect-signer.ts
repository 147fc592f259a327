import { createHash } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { Signer, StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';

/** A key of KMS that signs, by its id, ARN or alias, with the rights of the caller. Calls nothing yet. */
export function connectSigner(keyId: string, { region }: Pick<StackOptions, 'region'>): Signer {
  const client = new KMSClient({ ...clientSettings, ...(region === undefined ? {} : { region }) });
  return {
    async publicKey() {
      const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
      if (PublicKey === undefined) throw new Error('KMS answered without a public key.');
      return PublicKey;
    },

    async sign(bytes) {
      const digest = createHash('sha256').update(bytes).digest();
      const { Signature } = await client.send(
        new SignCommand({ KeyId: keyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' }),
      );
      if (Signature === undefined) throw new Error('KMS answered without a signature.');
      return Signature;
    },
  };
}
