import { bytesToSign, envelopeText } from '../../attestation/envelope.ts';
import { type Attestation, parseStatement, statementText } from '../../attestation/statement.ts';
import { trustedKey } from '../../attestation/trusted-key.ts';
import { verifyEnvelope } from '../../attestation/verify-envelope.ts';
import type { Signer } from '../../ports/signer.ts';
import { CliFailure } from '../cli-context.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/**
 * Signs an attestation; returns its envelope as one line.
 * @throws CliFailure where it would not be taken anywhere: a field that is wrong, a key of another kind
 */
export async function signAttestation(said: Attestation, signer: Signer): Promise<string> {
  const text = statementText(said);
  const read = parseStatement(text);
  if ('why' in read) throw new CliFailure(`This cannot be attested: ${read.why}. See sluice attest --help`);
  const key = keyOf(said.stage, await signer.publicKey());
  const signature = await signer.sign(bytesToSign(text));
  const envelope = envelopeText(text, { keyid: key.keyid, signature });
  // What nobody could verify must not look signed.
  const found = verifyEnvelope(envelope, [key]);
  if (found.outcome === 'verified') return envelope;
  throw new CliFailure(`The signature does not fit the key: ${found.why}.`);
}

function keyOf(stage: string, der: Uint8Array) {
  try {
    return trustedKey(stage, Buffer.from(der).toString('base64'));
  } catch (error) {
    const why = messageOf(error);
    throw new CliFailure(`The key of --sign-with cannot sign attestations: ${why}.`);
  }
}
