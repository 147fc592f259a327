import { Inbox, type InboxAnswer } from '../../local/inbox/inbox.ts';
import { channelNotifier, type ChannelWorld } from '../../lib/channels/channel-notifier.ts';
import type { EventDetail } from '../../lib/messages/event-detail.ts';
import type { NotificationSettings } from '../../lib/specification/notifications.ts';
import { modelSpec } from '../model/model-world.ts';
import { NotTaken } from '../../lib/channels/notifier.ts';

const webhookSecret = 'a secret of at least thirty-two characters';

/** What the references of `everyChannel` lead to. */
const secretValues: Readonly<Record<string, string>> = {
  'ssm:/sluice/chat': 'xoxb-1-chat',
  'ssm:/sluice/hook': 'https://hooks.slack.com/services/T1/B1/abc',
  'ssm:/sluice/pager': 'k'.repeat(32),
  'ssm:/sluice/machine': webhookSecret,
};

/** One channel of each kind, and a second Slack channel for what is critical. */
export const everyChannel = [
  { name: 'chat', type: 'slack', token: 'ssm:/sluice/chat', channel: 'C0CHAT' },
  { name: 'critical', type: 'slack', token: 'ssm:/sluice/chat', channel: 'C0CRITICAL' },
  { name: 'hook', type: 'slack-webhook', webhook: 'ssm:/sluice/hook' },
  { name: 'pager', type: 'pagerduty', routingKey: 'ssm:/sluice/pager' },
  { name: 'post', type: 'mail', from: 'sluice@example.com', to: ['on-call@example.com'] },
  { name: 'machine', type: 'webhook', url: 'https://ops.example.com/in', secret: 'ssm:/sluice/machine' },
];

/** Settings as a spec gives them. */
export function settingsOf(notifications: Readonly<Record<string, unknown>>): NotificationSettings {
  return modelSpec({ notifications }).notifications;
}

/** How a request reaches a vendor: it may throw before or after it arrived, or lose the answer. */
export type Wire = (request: () => InboxAnswer) => Promise<InboxAnswer>;

const direct: Wire = (request) => Promise.resolve().then(request);

/** Returns what stands in the place of the vendors. */
export function newInbox(now: () => number): Inbox {
  return new Inbox({ webhookSecret, now });
}

/** Every channel as the product has it, with an inbox in the place of the vendors, and no network between. */
export function inboxChannels(now: () => number, wire: Wire = direct, inbox: Inbox = newInbox(now)) {
  const events: EventDetail[] = [];
  const hosts: string[] = [];
  const send = (path: string, headers: Readonly<Record<string, string>>, body: string) =>
    wire(() => inbox.handle({ method: 'POST', path, headers, body }));
  const fetchIt: ChannelWorld['fetchIt'] = async (url, { headers, body }) => {
    hosts.push(new URL(url).host);
    const sent = Object.fromEntries(new Headers(headers));
    const answer = await send(new URL(url).pathname, sent, typeof body === 'string' ? body : '');
    if (typeof answer === 'string') throw new TypeError('fetch failed');
    return new Response(answer.body, { status: answer.status, headers: answer.headers ?? {} });
  };
  const world: ChannelWorld = {
    secrets: {
      read: (reference) => {
        const value = secretValues[reference];
        return value === undefined
          ? Promise.reject(new Error(`Secret ${reference} is not there.`))
          : Promise.resolve(value);
      },
      forget: () => undefined,
    },
    mailer: {
      send: async (FromEmailAddress, to, { subject, text, html, headers }) => {
        const body = JSON.stringify({
          FromEmailAddress,
          Destination: { ToAddresses: to },
          Content: {
            Simple: {
              Subject: { Data: subject },
              Body: { Text: { Data: text }, Html: { Data: html } },
              Headers: headers.map(({ name: Name, value: Value }) => ({ Name, Value })),
            },
          },
        });
        const answer = await send('/v2/email/outbound-emails', { authorization: 'AWS4-HMAC-SHA256 x' }, body);
        if (typeof answer === 'string') throw new NotTaken(answer, { mayBeShown: true });
        if (answer.status !== 200) throw new NotTaken(answer.body, { mayBeShown: answer.status >= 500 });
      },
    },
    bus: {
      put: (_, detail) => {
        events.push(detail);
        return Promise.resolve();
      },
    },
    fetchIt,
    fetchNamed: fetchIt,
    now: () => new Date(now()),
    slackUrl: 'https://slack.com/api',
    pagerDutyUrls: { us: 'https://events.pagerduty.com', eu: 'https://events.eu.pagerduty.com' },
    pagerDutyApiUrls: { us: 'https://api.pagerduty.com', eu: 'https://api.eu.pagerduty.com' },
    webhookOrigin: undefined,
  };
  return { inbox, events, hosts, notifier: channelNotifier(world), world };
}
