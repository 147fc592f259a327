import { GenerateMacCommand, type KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import type { Mac } from '../ports/links.ts';

const algorithm = { MacAlgorithm: 'HMAC_SHA_256' } as const;

/** Codes by an HMAC key of KMS, which nobody can read; a message has 4,096 bytes at most. */
export function kmsMac(client: KMSClient, keyId: string): Mac {
  return {
    async generate(message) {
      const { Mac: mac } = await client.send(new GenerateMacCommand({ KeyId: keyId, Message: message, ...algorithm }));
      if (mac === undefined) throw new Error('KMS answered without a code.');
      return mac;
    },

    async verify(message, mac) {
      try {
        const input = { KeyId: keyId, Message: message, Mac: mac, ...algorithm };
        return (await client.send(new VerifyMacCommand(input))).MacValid === true;
      } catch (error) {
        if (error instanceof KMSInvalidMacException) return false;
        throw error;
      }
    },
  };
}
