import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const noncePattern = /^[A-Za-z0-9_-]{64}$/;
const saltBytes = 16;

/**
 * A word that a page carries and that has to come back with what is posted: only who was shown the page of this very token
 * knows one. 16 random bytes and a code over them by the token, so the server keeps nothing.
 */
export function formNonce(token: string): string {
  const salt = randomBytes(saltBytes);
  return Buffer.concat([salt, codeOf(token, salt)]).toString('base64url');
}

/** Whether a nonce is of a page of this token. */
export function isNonceOf(token: string, nonce: string): boolean {
  if (!noncePattern.test(nonce)) return false;
  const bytes = Buffer.from(nonce, 'base64url');
  return timingSafeEqual(bytes.subarray(saltBytes), codeOf(token, bytes.subarray(0, saltBytes)));
}

function codeOf(token: string, salt: Uint8Array): Uint8Array {
  return createHmac('sha256', token).update('sluice form v1').update(salt).digest();
}
