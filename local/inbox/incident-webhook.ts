import { createHmac, randomUUID } from 'node:crypto';

/** What a person does to an incident. */
export interface IncidentDeed {
  readonly change: 'acknowledged' | 'unacknowledged' | 'resolved';
  /** The key that its alert was opened with. */
  readonly key: string;
  /** Who; `undefined` where PagerDuty does it by itself. */
  readonly person: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface WebhookRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The request that PagerDuty sends to a subscription, version 3 of its webhooks, signed with every secret that is good just now. */
export function incidentWebhook(
  { change, key, person, at }: IncidentDeed,
  secrets: readonly string[],
  id: string = randomUUID(),
): WebhookRequest {
  const base = 'https://sample.pagerduty.com';
  const agent =
    person === undefined
      ? { html_url: `${base}/services/PSERVICE`, id: 'PSERVICE', summary: 'Sluice', type: 'service_reference' }
      : { html_url: `${base}/users/PUSER`, id: 'PUSER', summary: person, type: 'user_reference' };
  const body = JSON.stringify({
    event: {
      id,
      event_type: `incident.${change}`,
      resource_type: 'incident',
      occurred_at: new Date(at).toISOString(),
      agent,
      client: null,
      data: {
        id: 'PINCIDENT',
        type: 'incident',
        html_url: `${base}/incidents/PINCIDENT`,
        number: 7,
        status: change === 'unacknowledged' ? 'triggered' : change,
        incident_key: key,
        title: 'An alert of the sample',
        urgency: 'high',
      },
    },
  });
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(body).digest('hex')}`);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-webhook-id': id,
      'x-pagerduty-signature': signatures.join(','),
    },
  };
}
