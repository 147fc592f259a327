import * as z from 'zod';
import { type InboxRequest, type InboxResponse, json, parsedBody } from './exchange.ts';
import type { ReceivedList } from './received.ts';

/** Events API payloads are limited to 512 KB. */
const mostBytes = 512 * 1024;

const link = z.strictObject({ href: z.url(), text: z.string().optional() });
const routingKey = z.string().length(32, "Length of 'routing_key' is incorrect (should be 32 characters)");
const changePayload = z.strictObject({
  summary: z.string().min(1).max(1024),
  source: z.string().min(1).optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});
const alert = z
  .strictObject({
    routing_key: routingKey,
    event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
    dedup_key: z.string().max(255).optional(),
    payload: changePayload
      .extend({
        source: z.string().min(1),
        severity: z.enum(['critical', 'error', 'warning', 'info']),
        component: z.string().optional(),
        group: z.string().optional(),
        class: z.string().optional(),
      })
      .optional(),
    links: z.array(link).optional(),
    images: z.array(z.unknown()).optional(),
    client: z.string().optional(),
    client_url: z.url().optional(),
  })
  .refine(({ event_action: action, payload }) => action !== 'trigger' || payload !== undefined, "'payload' is missing")
  .refine(
    ({ event_action: action, dedup_key: key }) => action === 'trigger' || key !== undefined,
    "'dedup_key' is missing",
  );
const change = z.strictObject({ routing_key: routingKey, payload: changePayload, links: z.array(link).optional() });

export interface PagerDutyAlert {
  readonly key: string;
  status: 'triggered' | 'acknowledged' | 'resolved';
  readonly summary: string;
  readonly severity: string;
  /** Triggers that came while it was open. */
  triggers: number;
}

/** PagerDuty's Events API v2: alerts that are told apart by their key, and change events. */
export class PagerDutyApi {
  readonly alerts: PagerDutyAlert[] = [];
  readonly #received: ReceivedList;

  constructor(received: ReceivedList) {
    this.#received = received;
  }

  handle(request: InboxRequest): InboxResponse {
    if (Buffer.byteLength(request.body) > mostBytes) return invalid(['the payload is larger than 512 KB']);
    return request.path === '/v2/change/enqueue' ? this.#change(request) : this.#event(request);
  }

  #change(request: InboxRequest): InboxResponse {
    const parsed = change.safeParse(parsedBody(request));
    if (!parsed.success) return invalid(parsed.error.issues.map(({ message }) => message));
    const { payload } = parsed.data;
    this.#keep('change', payload.summary, payload, `change ${payload.summary}`);
    return json(202, { status: 'success', message: 'Change event processed', change_events: [{ id: 'change' }] });
  }

  #event(request: InboxRequest): InboxResponse {
    const parsed = alert.safeParse(parsedBody(request));
    if (!parsed.success) return invalid(parsed.error.issues.map(({ message }) => message));
    const { event_action: action, payload } = parsed.data;
    const key = parsed.data.dedup_key ?? `generated-${String(this.alerts.length)}`;
    const open = this.alerts.findLast((one) => one.key === key && one.status !== 'resolved');
    if (action === 'trigger') {
      if (open === undefined) {
        this.alerts.push({
          key,
          status: 'triggered',
          summary: payload?.summary ?? '',
          severity: payload?.severity ?? '',
          triggers: 1,
        });
        this.#keep('trigger', payload?.summary ?? '', payload, key);
      } else open.triggers += 1;
    } else if (open !== undefined) {
      const status = action === 'acknowledge' ? 'acknowledged' : 'resolved';
      if (open.status !== status) this.#keep(action, open.summary, {}, key);
      open.status = status;
    }
    return json(202, { status: 'success', message: 'Event processed', dedup_key: key });
  }

  #keep(action: string, summary: string, payload: unknown, key: string): void {
    const details = z.object({ custom_details: z.object({ rollout: z.string() }) }).safeParse(payload);
    const rollout = details.success ? details.data.custom_details.rollout : (key.split('/').at(-1) ?? '');
    const text = JSON.stringify(payload, undefined, 2);
    this.#received.add({
      vendor: 'pagerduty',
      place: action,
      title: summary,
      text,
      key: `${action} ${key}`,
      rollout,
      content: payload,
    });
  }
}

function invalid(errors: readonly string[]): InboxResponse {
  return json(400, { status: 'invalid event', message: 'Event object is invalid', errors });
}
