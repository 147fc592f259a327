import * as z from 'zod';
import { NotTaken } from '../notifier.ts';
import type { ChannelOf } from '../../specification/notification-channel.ts';
import { parsedJson } from '../../specification/text/parsed-json.ts';
import { exchange } from '../http-exchange.ts';
import { secretOf } from '../secret-of.ts';
import type { VendorAccess } from '../vendor-access.ts';

const answer = z.looseObject({
  ok: z.boolean(),
  error: z.string().optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
});
/** A token that is not taken may have been changed. */
const tokenErrors = new Set(['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive', 'not_authed']);

export type SlackAccess = Omit<VendorAccess, 'redirected'>;
/** Calls a method of Slack's web API. @throws Refused, NotTaken */
export type SlackCall = (method: string, body: Readonly<Record<string, unknown>>) => Promise<z.output<typeof answer>>;

/** Slack understood a call, and refuses it: the same again would be refused again. */
export class Refused extends NotTaken {
  readonly code: string;

  constructor(method: string, code: string) {
    super(`Slack refused ${method}: ${code}`, { mayBeShown: false });
    this.code = code;
  }
}

const reading = new Set(['conversations.history', 'conversations.replies']);

/** Slack's web API: 200 with `ok: false` where it refuses. Methods that read take no JSON. */
export async function slackCaller(
  channel: ChannelOf<'slack'>,
  { baseUrl, secrets, fetchIt }: SlackAccess,
): Promise<SlackCall> {
  const token = await secretOf(secrets, channel.token);
  return async (method, body) => {
    const isReading = reading.has(method);
    const said = await exchange(fetchIt, 'Slack', `${baseUrl}/${method}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': isReading ? 'application/x-www-form-urlencoded' : 'application/json; charset=utf-8',
      },
      body: isReading
        ? new URLSearchParams(
            Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]),
          ).toString()
        : JSON.stringify(body),
    });
    const parsed = answer.safeParse(parsedJson(said.body));
    if (!parsed.success)
      throw new NotTaken(`Slack answered ${said.status}, and nothing that it documents`, { mayBeShown: true });
    if (parsed.data.ok) return parsed.data;
    const error = parsed.data.error ?? 'unknown';
    if (tokenErrors.has(error)) secrets.forget(channel.token);
    // `ratelimited` comes with 429; these say that Slack itself failed half way.
    const mayBeShown = error === 'internal_error' || error === 'fatal_error' || error === 'request_timeout';
    if (!mayBeShown && error !== 'ratelimited' && !tokenErrors.has(error)) throw new Refused(method, error);
    throw new NotTaken(`Slack refused ${method}: ${error}`, { mayBeShown });
  };
}
