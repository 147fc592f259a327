import { htmlEscaped } from '../../lib/channels/mail/content.ts';
import type { InboxResponse } from './exchange.ts';
import type { PagerDutyAlert, PagerDutyApi } from './pagerduty-api.ts';
import type { ReceivedList } from './received.ts';
import type { SlackApi, SlackPost } from './slack-api.ts';
import type { OpenDialog } from './slack-dialogs.ts';

/** More rollouts than a session at one machine has. */
const mostThreads = 100;
const mostMessages = 200;

/** Everything that the page shows. */
interface Arrived {
  readonly received: ReceivedList;
  readonly pagerDuty: PagerDutyApi;
  readonly slack: SlackApi;
}

/** What arrived, newest first, for a person's browser: threads as Slack shows them, alerts, and everything in order. */
export function inboxPage({ received, pagerDuty, slack }: Arrived): InboxResponse {
  const rows = received
    .all()
    .toReversed()
    .slice(0, mostMessages)
    .map(
      ({ at, vendor, place, title, text }) =>
        `<tr><td>${timeOf(at)}</td><td>${vendor}</td><td>${htmlEscaped(place)}</td><td><details><summary>${htmlEscaped(title)}</summary><pre>${htmlEscaped(text)}</pre></details></td></tr>`,
    );
  const alerts = pagerDuty.alerts
    .toReversed()
    .map(
      ({ key, status, summary }) =>
        `<li><b class="${status}">${status}</b> ${htmlEscaped(summary)} <small>${htmlEscaped(key)}</small>${incidentForms(key, status)}</li>`,
    );
  const heads = slack.posts.filter(({ thread }) => thread === undefined).toReversed();
  const threads = heads.slice(0, mostThreads).map((head) => threadOf(head, slack.posts));
  const notices = slack.notices
    .slice(-3)
    .map((notice) => `<p class="notice">Only you see this: ${htmlEscaped(notice)}</p>`);
  return page(
    `<p>What would have gone to Slack, PagerDuty, mail and webhooks. As JSON: <a href="/_inbox/messages">messages</a>, <a href="/_inbox/alerts">alerts</a>, <a href="/_inbox/posts">posts</a>. <a href="/">Look again</a></p>
${notices.join('')}
<h2>Slack</h2>${threads.join('') || '<p>nothing yet</p>'}
<h2>Alerts</h2><ul>${alerts.join('') || '<li>none</li>'}</ul>
<h2>Everything</h2><table><tr><th>At</th><th>To</th><th>Place</th><th>What</th></tr>${rows.join('\n')}</table>`,
  );
}

/** The dialog that Slack opens before the one who clicked. */
export function dialogPage({ title, words, trigger }: OpenDialog, user: string): InboxResponse {
  return page(`<h2>${htmlEscaped(title)}</h2><pre>${htmlEscaped(words)}</pre>
<form method="post" action="/_inbox/submit"><input type="hidden" name="trigger" value="${htmlEscaped(trigger)}"><input type="hidden" name="user" value="${htmlEscaped(user)}">
<textarea name="reason" rows="4" cols="60" maxlength="1000" required aria-label="Why"></textarea><p><button>${htmlEscaped(title)}</button> <a href="/">Cancel</a></p></form>`);
}

function threadOf(head: SlackPost, posts: readonly SlackPost[]): string {
  const replies = posts.filter(({ thread, channel }) => thread === head.ts && channel === head.channel);
  const edited = head.edits === 0 ? '' : ` · edited ${head.edits} times`;
  const shown = replies.map(
    (reply) =>
      `<details><summary>${timeOf(Number(reply.ts) * 1000).slice(0, 8)} ${htmlEscaped(reply.text)}</summary>${postOf(reply)}</details>`,
  );
  return `<section><small>${htmlEscaped(head.channel)}${edited}</small>${postOf(head)}${shown.join('')}</section>`;
}

/** Words and buttons of a message; who clicks is whoever is named beside them. */
function postOf({ words, buttons, controls }: SlackPost): string {
  const [first = '', ...rest] = words.split('\n');
  const clickable = buttons.map(
    ({ label, action, value }) =>
      `<form method="post" action="/_inbox/click"><input type="hidden" name="action" value="${htmlEscaped(action)}"><input type="hidden" name="value" value="${htmlEscaped(value)}"><input name="user" value="UTECHLEAD" size="8" aria-label="Slack member"><button>${htmlEscaped(label)}</button></form>`,
  );
  return `<h3>${htmlEscaped(first)}</h3><pre>${withLinks(rest.join('\n'), controls)}</pre>${clickable.join('')}`;
}

/** Links as Slack shows them; the same characters in a plain text stay as they were written. */
function withLinks(words: string, controls: readonly string[]): string {
  return controls.reduce((shown, control) => {
    const [, url = '', text = ''] = /^<(https?:\/\/[^|]*)\|([^|]*)>$/.exec(control) ?? [];
    const link = `<a href="${htmlEscaped(url)}" rel="noreferrer">${htmlEscaped(text)}</a>`;
    return url === '' ? shown : shown.replace(htmlEscaped(control), () => link);
  }, htmlEscaped(words));
}

/** What a person may do to an incident that is open. */
function incidentForms(key: string, status: PagerDutyAlert['status']): string {
  const changes = { triggered: ['acknowledged', 'resolved'], acknowledged: ['resolved'], resolved: [] }[status];
  const labels: Readonly<Record<string, string>> = { acknowledged: 'Acknowledge', resolved: 'Resolve' };
  return changes
    .map(
      (change) =>
        ` <form method="post" action="/_inbox/incident"><input type="hidden" name="key" value="${htmlEscaped(key)}"><input type="hidden" name="change" value="${change}"><input type="hidden" name="user" value="Tara"><button>${labels[change] ?? ''}</button></form>`,
    )
    .join('');
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

function page(body: string): InboxResponse {
  return {
    status: 200,
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Inbox</title>
<style>:root{color-scheme:light dark}body{font:15px/1.4 sans-serif;margin:1em auto;padding:0 1em;max-width:75em;overflow-wrap:anywhere}table{display:block;overflow-x:auto}h3{margin:.2em 0;font-size:1em}td,th{text-align:left;vertical-align:top;padding:.2em 1em .2em 0}textarea{max-width:100%;box-sizing:border-box}pre{white-space:pre-wrap;margin:.2em 0;font:inherit}section,.notice{border-left:3px solid #888;padding-left:1em;margin:1em 0}form{display:inline-block;margin:.3em .6em .3em 0}.triggered{color:light-dark(#b00020,#ff8a80)}.acknowledged{color:light-dark(#8a5a00,#ffcc66)}.resolved{color:light-dark(#1b6b32,#7ddc9a)}</style></head>
<body><h1>Inbox</h1>${body}<script src="/_inbox/live.js"></script></body></html>`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'",
    },
  };
}
