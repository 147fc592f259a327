import { NotTaken } from './notifier.ts';

/** Well under the time that a delivery may take, with room for what comes after. */
const timeoutMs = 4_000;
/** A page of a channel's history is the longest answer that is asked for; beyond it lies a flood. */
const mostCharacters = 4_000_000;
/** As long as SQS can keep a message invisible after it was received: a vendor who asks for more is asked again then. */
const longestRetryAfter = 43_000;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * One request to a vendor. Redirects are not followed: they would carry a secret to somebody else.
 * @throws NotTaken for no answer (it may have been shown), for 429 (with the time that was asked for), and for a server's error
 * (with that time, too, where it named one)
 */
export async function exchange(fetchIt: Fetch, who: string, url: string, init: RequestInit): Promise<HttpAnswer> {
  let response: Response;
  let body: string;
  try {
    response = await fetchIt(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    body = (await response.text()).slice(0, mostCharacters);
  } catch (error) {
    throw new NotTaken(`${who} gave no answer: ${reasonOf(error)}`, { mayBeShown: !isNeverSent(error), cause: error });
  }
  const { status } = response;
  if (status === 429) {
    const retryAfterSeconds = retryAfter(response.headers.get('retry-after'));
    throw new NotTaken(`${who} asks to wait ${retryAfterSeconds} s`, { mayBeShown: false, retryAfterSeconds });
  }
  if (status >= 500) {
    const asked = response.headers.get('retry-after');
    throw new NotTaken(`${who} answered ${status}`, {
      mayBeShown: true,
      ...(asked === null ? {} : { retryAfterSeconds: retryAfter(asked) }),
    });
  }
  return { status, body };
}

/** Seconds or a date (RFC 9110, 10.2.3); a minute where nothing useful was said. */
function retryAfter(header: string | null): number {
  if (header === null) return 60;
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(longestRetryAfter, Math.max(1, Math.ceil(seconds))) : 60;
}

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ERR_ADDRESS_REFUSED',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** No connection, no message. */
function isNeverSent(error: unknown): boolean {
  return error instanceof Error && neverSent.has(codeOf(error.cause));
}

function codeOf(cause: unknown): string {
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

/** Never the URL: that of an incoming webhook is a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return codeOf(error.cause) || error.name;
}
