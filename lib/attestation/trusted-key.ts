import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { quote } from '../specification/text/plain-text.ts';
import { kindForm, stageForm } from './statement.ts';

/** A public key with what it may speak of. */
export interface TrustedKey {
  readonly stage: string;
  /** The kinds that it may attest; without them: every kind. */
  readonly kinds?: readonly string[];
  /** SHA-256 of the key's DER form (SubjectPublicKeyInfo), hexadecimal. */
  readonly keyid: string;
  readonly key: KeyObject;
}

/** Returns the id of a public key: SHA-256 of its DER form (SubjectPublicKeyInfo), hexadecimal. */
export function keyIdOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/**
 * Reads one trusted key.
 * @param scope whom it speaks for: `staging`, or `staging:integration+load` for a key that may attest these kinds alone
 * @param text the public key as PEM, or as base64 of its DER form, which is how KMS gives it out
 * @throws Error that says what is wrong with it and what was expected
 */
export function trustedKey(scope: string, text: string): TrustedKey {
  const [stage = '', written, ...more] = scope.split(':');
  const kinds = written?.split('+');
  if (!stageForm.test(stage) || more.length > 0 || kinds?.some((kind) => !kindForm.test(kind)) === true) {
    throw new Error(
      `${quote(scope)} names no stage, expected one such as staging, or staging:integration+load for a key of these kinds alone`,
    );
  }
  const key = publicKey(text);
  return { stage, ...(kinds && { kinds }), keyid: keyIdOf(key), key };
}

function publicKey(text: string): KeyObject {
  // From a private key a public one could be had, but a private key has no business here.
  if (text.includes('PRIVATE KEY')) {
    throw new Error('it is a private key, expected the public key alone; whoever read the file can sign with it');
  }
  const key = decoded(text.trim());
  if (key?.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error('it is no public key on the curve P-256, expected what `aws kms get-public-key` gives out');
  }
  return key;
}

function decoded(text: string): KeyObject | undefined {
  try {
    if (text.startsWith('-----BEGIN PUBLIC KEY-----')) return createPublicKey(text);
    return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
