import { pagerDutyRequests } from './event.ts';
import { type Notifier, NotTaken } from '../notifier.ts';
import { exchange } from '../http-exchange.ts';
import { secretOf } from '../secret-of.ts';
import type { VendorAccess } from '../vendor-access.ts';

/** An account lives in one of PagerDuty's service regions; the other one does not know its keys. */
export type PagerDutyUrls = Readonly<Record<'us' | 'eu', string>>;

/** PagerDuty's Events API v2. Alerts are told apart by their key, so the same one again changes nothing; change events have none. */
export function pagerDutyNotifier({
  baseUrls,
  secrets,
  fetchIt,
}: Pick<VendorAccess, 'secrets' | 'fetchIt'> & { readonly baseUrls: PagerDutyUrls }): Notifier {
  return {
    async send({ channel, message, isChangeAlone = false }) {
      if (channel?.type !== 'pagerduty') throw new TypeError('This notifier is for PagerDuty.');
      const baseUrl = baseUrls[channel.region ?? 'us'];
      const routingKey = await secretOf(secrets, channel.routingKey);
      for (const { path, body } of pagerDutyRequests(message, { changes: channel.changes ?? 'all', isChangeAlone })) {
        const answer = await exchange(fetchIt, 'PagerDuty', `${baseUrl}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ routing_key: routingKey, ...body }),
        });
        if (answer.status === 202) continue;
        // A key that was exchanged meanwhile answers 400, as a malformed event does.
        secrets.forget(channel.routingKey);
        throw new NotTaken(`PagerDuty answered ${answer.status} ${answer.body.slice(0, 300)}`, { mayBeShown: false });
      }
    },
  };
}
