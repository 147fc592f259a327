import { detailTypeOf, eventDetail } from '../messages/event-detail.ts';
import { mailContent } from './mail/content.ts';
import type { EventBus } from './eventbridge/event-bus.ts';
import type { Fetch } from './http-exchange.ts';
import type { Mailer } from './mail/mailer.ts';
import type { Notifier } from './notifier.ts';
import { pagerDutyNotifier, type PagerDutyUrls } from './pagerduty/notifier.ts';
import { pagerDutyOnCall } from './pagerduty/on-call.ts';
import { slackNotifier } from './slack/notifier.ts';
import { slackWebhookNotifier } from './slack/webhook-notifier.ts';
import type { VendorAccess } from './vendor-access.ts';
import { webhookNotifier } from './webhook/notifier.ts';

export interface ChannelWorld extends Pick<VendorAccess, 'secrets' | 'fetchIt'> {
  /** For URLs that a spec or a secret names: connects to no address of the function itself. */
  readonly fetchNamed: Fetch;
  readonly mailer: Mailer;
  readonly bus: EventBus;
  readonly now: () => Date;
  readonly slackUrl: string;
  /** What the URL of PagerDuty begins with in each of its service regions. */
  readonly pagerDutyUrls: PagerDutyUrls;
  /** What the URL of its REST API begins with there. */
  readonly pagerDutyApiUrls: PagerDutyUrls;
  /** In place of the origin of every webhook; only a local stack has it. */
  readonly webhookOrigin: string | undefined;
}

/** Every kind of channel, each by its own protocol. */
export function channelNotifier(world: ChannelWorld): Notifier {
  const { secrets, mailer, bus, fetchIt, fetchNamed, now, webhookOrigin } = world;
  const redirected = (url: string) => {
    if (webhookOrigin === undefined) return url;
    const { pathname, search } = new URL(url);
    return `${webhookOrigin}${pathname}${search}`;
  };
  const slack = slackNotifier({ baseUrl: world.slackUrl, secrets, fetchIt });
  const byType = {
    slack,
    'slack-webhook': slackWebhookNotifier({ secrets, fetchIt: fetchNamed, redirected }),
    pagerduty: pagerDutyNotifier({ baseUrls: world.pagerDutyUrls, secrets, fetchIt }),
    webhook: webhookNotifier({ secrets, fetchIt: fetchNamed, redirected, now }),
    mail: mailNotifier(mailer),
  } satisfies Record<string, Notifier>;
  return {
    async send(delivery) {
      const { channel, message } = delivery;
      if (channel === undefined) return bus.put(detailTypeOf(message), eventDetail(message));
      return byType[channel.type].send(delivery);
    },
    async onCall(channel) {
      if (channel.type !== 'pagerduty') return [];
      return pagerDutyOnCall(channel, { apiUrls: world.pagerDutyApiUrls, secrets, fetchIt });
    },
    async updateHead(head) {
      if (head.channel.type === 'slack') await slack.updateHead?.(head);
    },
  };
}

function mailNotifier(mailer: Mailer): Notifier {
  return {
    async send({ channel, message, uncertainSince }) {
      if (channel?.type !== 'mail') throw new TypeError('This notifier is for mail.');
      await mailer.send(channel.from, channel.to, mailContent(message, uncertainSince !== undefined));
    },
  };
}
