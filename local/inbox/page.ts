import { htmlEscaped } from '../../lib/notification/mail-content.ts';
import type { InboxResponse } from './exchange.ts';
import type { Inbox } from './inbox.ts';

/** What arrived, newest first, for a person's browser. */
export function inboxPage({ received, pagerDuty }: Inbox): InboxResponse {
  const rows = received
    .all()
    .toReversed()
    .map(
      ({ at, vendor, place, title, text }) =>
        `<tr><td>${new Date(at).toISOString().slice(11, 23)}</td><td>${vendor}</td><td>${htmlEscaped(place)}</td><td><details><summary>${htmlEscaped(title)}</summary><pre>${htmlEscaped(text)}</pre></details></td></tr>`,
    );
  const alerts = pagerDuty.alerts.map(
    ({ key, status, summary }) => `<li>${status}: ${htmlEscaped(summary)} <small>${htmlEscaped(key)}</small></li>`,
  );
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Inbox</title><meta http-equiv="refresh" content="3">
<style>body{font:15px/1.4 sans-serif;margin:2em}td,th{text-align:left;vertical-align:top;padding:.2em 1em .2em 0}pre{white-space:pre-wrap;max-width:60em}</style></head>
<body><h1>Inbox</h1><p>What would have gone to Slack, PagerDuty, mail and webhooks. As JSON: <a href="/_inbox/messages">messages</a>, <a href="/_inbox/alerts">alerts</a>, <a href="/_inbox/posts">posts</a>.</p>
<h2>Alerts</h2><ul>${alerts.join('') || '<li>none</li>'}</ul>
<h2>Messages</h2><table><tr><th>At</th><th>To</th><th>Place</th><th>What</th></tr>${rows.join('\n')}</table></body></html>`;
  return {
    status: 200,
    body,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  };
}
