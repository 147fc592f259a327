import type { PagerDutyApi } from './pagerduty-api.ts';
import type { ReceivedList } from './received.ts';
import type { SlackApi } from './slack-api.ts';

interface Arrived {
  readonly received: ReceivedList;
  readonly pagerDuty: PagerDutyApi;
  readonly slack: SlackApi;
}

/** Returns another text each time that the page would show something else. */
export function stateOf({ received, pagerDuty, slack }: Arrived): string {
  const edits = slack.posts.reduce((sum, { edits: times }) => sum + times, 0);
  const alerts = pagerDuty.alerts.map(({ status }) => status[0] ?? '').join('');
  return [received.all().length, slack.posts.length, edits, slack.notices.length, alerts].join('.');
}

/** Loads the page again when there is something new, unless somebody types, or reads a message that they opened. */
export const liveScript = `
let known;
async function look() {
  try {
    const state = await (await fetch('/_inbox/state')).text();
    const isBusy = document.hidden || document.querySelector('details[open]') || document.activeElement.matches('input,textarea');
    if (known !== undefined && state !== known && !isBusy) location.reload();
    known ??= state;
  } catch {
    // The local stack has ended: what arrived stays on the page.
  }
  setTimeout(look, 1500);
}
look();
`;
