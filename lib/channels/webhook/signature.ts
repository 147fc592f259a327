import { createHmac, timingSafeEqual } from 'node:crypto';

/** `v1=` and HMAC-SHA256, in hexadecimal, over `v1:<timestamp>:<raw body>`; the timestamp is in seconds since the epoch. */
export function webhookSignature(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`v1:${timestamp}:${body}`).digest('hex')}`;
}

/** A request older than this may be one that somebody recorded. */
const toleratedSeconds = 300;

/** What a receiver does before it believes a request: the time is near, and the signature fits; takes as long for any wrong one. */
export function isWebhookGenuine(
  {
    secret,
    timestamp,
    body,
    signature,
  }: { readonly secret: string; readonly timestamp: string; readonly body: string; readonly signature: string },
  now: Date,
): boolean {
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleratedSeconds)
    return false;
  const expected = Buffer.from(webhookSignature(secret, timestamp, body));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
