import * as z from 'zod';
import { slackNotice } from './blocks.ts';
import type { SlackReplies } from './replies.ts';
import type { VendorAccess } from '../vendor-access.ts';

/** Slack wants its own answer within 3 s of the click; both of these must leave room for it. */
const timeoutMs = { tell: 700, open: 1_200 } as const;

const answer = z.looseObject({ ok: z.boolean() });

/** Answers to clicks through Slack's web API. */
export function slackReplies({
  baseUrl,
  secrets,
  fetchIt,
  redirected,
  onFailure,
}: VendorAccess & { readonly onFailure: (what: string, error: unknown) => void }): SlackReplies {
  const post = (url: string, timeout: number, headers: Readonly<Record<string, string>>, body: unknown) =>
    fetchIt(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
  return {
    async tell(responseUrl, text) {
      if (responseUrl === '') return;
      try {
        const body = { response_type: 'ephemeral', replace_original: false, ...slackNotice(text) };
        await post(redirected(responseUrl), timeoutMs.tell, {}, body);
      } catch (error) {
        onFailure('the one who clicked was not told', error);
      }
    },
    async open(token, triggerId, view) {
      try {
        const authorization = `Bearer ${await secrets.read(token)}`;
        const response = await post(
          `${baseUrl}/views.open`,
          timeoutMs.open,
          { authorization },
          { trigger_id: triggerId, view },
        );
        const said = await response.text();
        const { ok } = answer.parse(JSON.parse(said));
        if (!ok) onFailure('Slack opened no dialog', new Error(said.slice(0, 300)));
        return ok;
      } catch (error) {
        onFailure('Slack opened no dialog', error);
        return false;
      }
    },
  };
}
