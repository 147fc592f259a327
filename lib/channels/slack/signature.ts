import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request older, or newer, than this may be one that somebody recorded or prepared. */
const toleratedSeconds = 300;

/** A request as it came: the body's own bytes, before anybody parsed them. */
export interface SignedRequest {
  /** Header `X-Slack-Request-Timestamp`. */
  readonly timestamp: string;
  /** Header `X-Slack-Signature`. */
  readonly signature: string;
  readonly body: Uint8Array;
}

/** `v0=` and HMAC-SHA256, in hexadecimal, over `v0:<timestamp>:<raw body>` (docs.slack.dev, verifying requests from Slack). */
export function slackSignature(secret: string, timestamp: string, body: Uint8Array): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** Whether a request has a time of the last or next five minutes, and what looks like a signature: nobody needs the secret to refuse others. */
export function mayBeFromSlack({ timestamp, signature }: SignedRequest, now: Date): boolean {
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return false;
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(now.getTime() / 1000 - Number(timestamp)) <= toleratedSeconds;
}

/** Whether a request comes from who has the signing secret, within five minutes; takes as long for any wrong signature. */
export function isFromSlack(request: SignedRequest, secret: string, now: Date): boolean {
  if (secret === '' || !mayBeFromSlack(request, now)) return false;
  const { timestamp, signature, body } = request;
  const expected = Buffer.from(slackSignature(secret, timestamp, body));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
