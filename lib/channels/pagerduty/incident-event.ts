import * as z from 'zod';
import type { AlertNews } from '../alert-news.ts';
import { alertSubject } from './dedup-key.ts';

/** A name is shown in messages; a longer one is nobody's. */
const longestName = 100;

const changes = {
  'incident.acknowledged': 'acknowledged',
  'incident.unacknowledged': 'unacknowledged',
  'incident.resolved': 'resolved',
} as const;

const webhook = z.looseObject({ event: z.looseObject({ event_type: z.string() }) });

const incidentEvent = z.object({
  id: z.string().min(1).max(200),
  event_type: z.enum(['incident.acknowledged', 'incident.unacknowledged', 'incident.resolved']),
  occurred_at: z.iso.datetime({ offset: true }),
  /** Who did it: a user, or a service or nobody where PagerDuty or an integration did. */
  agent: z.looseObject({ type: z.string(), summary: z.string().nullish() }).nullish(),
  data: z.looseObject({ incident_key: z.string().nullish(), html_url: z.string().nullish() }),
});

/**
 * Returns what a webhook of PagerDuty, version 3, says of an alert of this stage (developer.pagerduty.com, Webhooks); `undefined` for
 * incidents of anybody else, and for events that nothing follows from: escalations, notes, the test of a subscription.
 * @throws z.ZodError where it is no such webhook, or an incident is told in another form
 */
export function incidentEventOf(body: string, stage: string): AlertNews | undefined {
  const { event } = webhook.parse(JSON.parse(body));
  if (!Object.keys(changes).includes(event.event_type)) return undefined;
  const { id, event_type: type, occurred_at: at, agent, data } = incidentEvent.parse(event);
  const subject = alertSubject(data.incident_key ?? '', stage);
  if (subject === undefined) return undefined;
  const isPerson = agent?.type === 'user_reference' || agent?.type === 'user';
  const page = data.html_url ?? '';
  return {
    ...subject,
    id,
    change: changes[type],
    occurredAt: new Date(at).toISOString(),
    person: isPerson ? (agent.summary ?? 'somebody').slice(0, longestName) : undefined,
    page: page.length < 500 && page.startsWith('https://') ? page : undefined,
  };
}
