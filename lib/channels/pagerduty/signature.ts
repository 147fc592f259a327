import { createHmac, timingSafeEqual } from 'node:crypto';

/** While a secret is exchanged PagerDuty signs with the old one and the new one; nobody's list needs to be longer. */
const mostSignatures = 10;

/** `v1=` and HMAC-SHA256, in hexadecimal, over the raw body (developer.pagerduty.com, Webhooks, Verifying signatures). */
export function pagerDutySignature(secret: string, body: Uint8Array): string {
  return `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Whether a header `X-PagerDuty-Signature` has what looks like a signature: nobody needs the secret to refuse others. */
export function mayBeFromPagerDuty(header: string): boolean {
  return signaturesOf(header).length > 0;
}

/**
 * Whether a request comes from who has the secret of the webhook: one of its signatures fits the body. Takes as long for any wrong
 * signature. It holds no time, so what is done because of the request must not change where it comes again.
 */
export function isFromPagerDuty(header: string, body: Uint8Array, secret: string): boolean {
  if (secret === '') return false;
  const expected = Buffer.from(pagerDutySignature(secret, body));
  return signaturesOf(header).filter((given) => timingSafeEqual(Buffer.from(given), expected)).length > 0;
}

function signaturesOf(header: string): readonly string[] {
  return header
    .split(',', mostSignatures)
    .map((one) => one.trim())
    .filter((one) => /^v1=[0-9a-f]{64}$/.test(one));
}
