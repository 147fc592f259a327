import { randomUUID } from 'node:crypto';
import type { InboxResponse } from './exchange.ts';
import type { Inbox } from './inbox.ts';
import { dialogPage } from './page.ts';
import type { SlackApp } from './slack-app.ts';
import { incidentWebhook } from './incident-webhook.ts';
import { clickOf, type Clicker, submissionOf } from './slack-clicks.ts';

/**
 * Somebody clicks a button on the inbox's page, or sends a dialog off: the request goes to the stack as Slack would send it.
 * `POST /_inbox/click` with the button, or `POST /_inbox/submit` with a dialog's trigger and a reason; both with `user`.
 */
export async function click(inbox: Inbox, app: SlackApp, path: string, form: URLSearchParams): Promise<InboxResponse> {
  if (path === '/_inbox/incident') return answerIncident(inbox, app, form);
  const field = (name: string) => form.get(name) ?? '';
  const clicker: Clicker = {
    user: field('user'),
    signingSecret: app.signingSecret,
    now: Date.now(),
    trigger: randomUUID(),
  };
  const dialog = inbox.slack.dialogs.findLast(({ trigger }) => trigger === field('trigger'));
  if (path === '/_inbox/submit' && dialog === undefined) return { status: 404, body: 'no such dialog is open' };
  const { body, headers } =
    dialog === undefined
      ? clickOf({ label: '', action: field('action'), value: field('value') }, clicker)
      : submissionOf(dialog, field('reason'), clicker);
  const response = await fetch(app.url, { method: 'POST', headers, body });
  const said = await response.text();
  if (response.status !== 200) return { status: 502, body: `the stack answered ${response.status} ${said}` };
  if (said.includes('"errors"')) return { status: 422, body: said };
  const opened = inbox.slack.dialogs.find(({ trigger }) => trigger === clicker.trigger);
  return opened === undefined
    ? { status: 303, body: said, headers: { location: '/' } }
    : dialogPage(opened, clicker.user);
}

/** A person acknowledges or resolves an incident: `POST /_inbox/incident` with the alert's `key`, `change` and `user`. */
async function answerIncident(inbox: Inbox, { pagerDuty }: SlackApp, form: URLSearchParams): Promise<InboxResponse> {
  if (pagerDuty === undefined)
    return { status: 409, body: 'no webhook of PagerDuty is known: POST /_inbox/app with pagerDuty' };
  const [key, user] = [form.get('key') ?? '', form.get('user') ?? 'somebody'];
  const change = form.get('change') === 'resolved' ? 'resolved' : 'acknowledged';
  const alert = inbox.pagerDuty.alerts.findLast((one) => one.key === key && one.status !== 'resolved');
  if (alert === undefined) return { status: 404, body: 'no such incident is open' };
  const { body, headers } = incidentWebhook({ change, key, person: user, at: Date.now() }, [pagerDuty.secret]);
  const response = await fetch(pagerDuty.url, { method: 'POST', headers, body });
  if (response.status !== 200) return { status: 502, body: `the stack answered ${response.status}` };
  alert.status = change;
  return { status: 303, body: '', headers: { location: '/' } };
}
