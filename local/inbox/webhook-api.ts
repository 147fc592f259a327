import * as z from 'zod';
import { isWebhookGenuine } from '../../lib/channels/webhook/signature.ts';
import { type InboxRequest, type InboxResponse, json, parsedBody } from './exchange.ts';
import type { ReceivedList } from './received.ts';

const event = z.looseObject({ version: z.literal('1'), id: z.string(), rolloutId: z.string(), what: z.string() });

/** A receiver as docs/notifications.md describes it: it believes what is signed and new, and shows a delivery once. */
export class WebhookReceiver {
  readonly #seen = new Set<string>();
  readonly #received: ReceivedList;
  readonly #secret: string;
  /** Deliveries that came again. */
  repeats = 0;

  constructor(received: ReceivedList, secret: string) {
    this.#received = received;
    this.#secret = secret;
  }

  handle(request: InboxRequest, now: Date): InboxResponse {
    const { headers, body, path } = request;
    const genuine = isWebhookGenuine(
      {
        secret: this.#secret,
        body,
        timestamp: headers['sluice-timestamp'] ?? '',
        signature: headers['sluice-signature'] ?? '',
      },
      now,
    );
    if (!genuine) return json(401, { error: 'the signature does not fit' });
    const parsed = event.safeParse(parsedBody(request));
    if (!parsed.success) return json(400, { error: 'no event of version 1' });
    const { id, rolloutId, what } = parsed.data;
    if (this.#seen.has(id)) {
      this.repeats += 1;
      return json(200, { known: true });
    }
    this.#seen.add(id);
    const key = id.slice(rolloutId.length + 1);
    this.#received.add({
      vendor: 'webhook',
      place: path,
      title: what,
      text: body,
      key,
      rollout: rolloutId,
      content: parsed.data,
    });
    return json(202, {});
  }
}
