import { createHash, verify } from 'node:crypto';
import { payloadType, preAuthEncoding, readEnvelope, type Envelope } from './envelope.ts';
import { parseStatement, type Attestation } from './statement.ts';
import type { TrustedKey } from './trusted-key.ts';

/** An attestation whose signature was made by a key that may speak of it. */
export interface VerifiedAttestation extends Attestation {
  /** SHA-256 of the statement, hexadecimal: the same statement in another envelope, or sent twice, has the same. */
  readonly hash: string;
  /** The key that signed it. */
  readonly keyid: string;
}

export type Verification =
  | { readonly outcome: 'verified'; readonly attestation: VerifiedAttestation }
  /** Nothing of it may be believed. */
  | { readonly outcome: 'refused'; readonly why: string };

/**
 * Verifies an envelope: signature first (ECDSA on P-256 with SHA-256, over DSSE's encoding), and only then what it says. Nothing but
 * the trusted keys decides whose word it is: the id of a key in the envelope is not read. Never throws.
 */
export function verifyEnvelope(text: string, trusted: readonly TrustedKey[]): Verification {
  const envelope = readEnvelope(text);
  if ('why' in envelope) return refused(envelope.why);
  const signers = trusted.filter((one) => isSignedBy(envelope, one));
  if (signers.length === 0)
    return refused('no trusted key has signed it: it was changed, or its key is not trusted here');
  const statement = parseStatement(utf8(envelope.payload) ?? '');
  if ('why' in statement) return refused(statement.why);
  const { attestation } = statement;
  const { stage, kind } = attestation;
  const ofStage = signers.filter((one) => one.stage === stage);
  const entitled = ofStage.find(({ kinds }) => kinds?.includes(kind) ?? true);
  if (entitled === undefined) {
    const named = ofStage.length === 0 ? `stage ${stage}` : `${kind} of stage ${stage}`;
    return refused(`its key is trusted, but not to speak of ${named}`);
  }
  const hash = createHash('sha256').update(envelope.payload).digest('hex');
  return { outcome: 'verified', attestation: { ...attestation, hash, keyid: entitled.keyid } };
}

function refused(why: string): Verification {
  return { outcome: 'refused', why };
}

function isSignedBy({ payload, signatures }: Envelope, { key }: TrustedKey): boolean {
  const signed = preAuthEncoding(payloadType, payload);
  return signatures.some((signature) => {
    try {
      return verify('sha256', signed, { key, dsaEncoding: 'der' }, signature);
    } catch {
      return false;
    }
  });
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
