import { slackMessage } from './blocks.ts';
import { type Notifier, NotTaken } from '../notifier.ts';
import { exchange } from '../http-exchange.ts';
import { secretOf } from '../secret-of.ts';
import type { VendorAccess } from '../vendor-access.ts';

/** A plain incoming webhook of Slack: no thread, nothing is edited, and nobody can ask what it has shown. */
export function slackWebhookNotifier({ secrets, fetchIt, redirected }: Omit<VendorAccess, 'baseUrl'>): Notifier {
  return {
    async send({ channel, message }) {
      if (channel?.type !== 'slack-webhook') throw new TypeError('This notifier is for incoming webhooks of Slack.');
      const url = await secretOf(secrets, channel.webhook);
      if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
        throw new NotTaken(`Secret ${channel.webhook} holds no https URL`, { mayBeShown: false });
      }
      const { status, body } = await exchange(fetchIt, 'Slack', redirected(url), {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ ...slackMessage(message), unfurl_links: false, unfurl_media: false }),
      });
      if (status === 200 && body === 'ok') return;
      if (status === 403 || status === 404 || status === 410) secrets.forget(channel.webhook);
      throw new NotTaken(`Slack's webhook answered ${status} ${body.slice(0, 100)}`, { mayBeShown: status === 200 });
    },
  };
}
