import { eventDetail } from '../../messages/event-detail.ts';
import { type Notifier, NotTaken } from '../notifier.ts';
import { exchange } from '../http-exchange.ts';
import { secretOf } from '../secret-of.ts';
import type { VendorAccess } from '../vendor-access.ts';
import { webhookSignature } from './signature.ts';

const shortestSecret = 32;

/** A webhook of anybody's: the event as JSON, signed, with a name by which a repeated delivery is told. */
export function webhookNotifier({
  secrets,
  fetchIt,
  redirected,
  now,
}: Omit<VendorAccess, 'baseUrl'> & { readonly now: () => Date }): Notifier {
  return {
    async send({ channel, message }) {
      if (channel?.type !== 'webhook') throw new TypeError('This notifier is for webhooks.');
      const secret = await secretOf(secrets, channel.secret);
      if (secret.length < shortestSecret) {
        throw new NotTaken(`Secret ${channel.secret} has less than ${shortestSecret} characters`, {
          mayBeShown: false,
        });
      }
      const detail = eventDetail(message);
      const body = JSON.stringify(detail);
      const timestamp = String(Math.floor(now().getTime() / 1000));
      const { status } = await exchange(fetchIt, 'The webhook', redirected(channel.url), {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Sluice',
          'sluice-delivery': detail.id,
          'sluice-timestamp': timestamp,
          'sluice-signature': webhookSignature(secret, timestamp, body),
        },
        body,
      });
      if (status >= 200 && status < 300) return;
      secrets.forget(channel.secret);
      throw new NotTaken(`The webhook answered ${status}`, { mayBeShown: false });
    },
  };
}
