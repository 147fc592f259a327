import { pagerDutyRequests } from '../notification/pagerduty-event.ts';
import { type Notifier, NotTaken } from '../ports/notifier.ts';
import { exchange } from './http-exchange.ts';
import { secretOf } from './secret-of.ts';
import type { VendorAccess } from './vendor-access.ts';

/** PagerDuty's Events API v2. Alerts are told apart by their key, so the same one again changes nothing; change events have none. */
export function pagerDutyNotifier({ baseUrl, secrets, fetchIt }: Omit<VendorAccess, 'redirected'>): Notifier {
  return {
    async send({ channel, message, isOver }) {
      if (channel?.type !== 'pagerduty') throw new TypeError('This notifier is for PagerDuty.');
      const routingKey = await secretOf(secrets, channel.routingKey);
      for (const { path, body } of pagerDutyRequests(message, isOver)) {
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
