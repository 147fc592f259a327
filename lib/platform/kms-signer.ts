import { createHash } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { Signer } from '../ports/signer.ts';

/**
 * A key of KMS that signs; nobody can read it.
 * @param keyId its id, ARN or alias
 */
export function kmsSigner(client: KMSClient, keyId: string): Signer {
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
