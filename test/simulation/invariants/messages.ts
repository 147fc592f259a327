import { escalationKey, wasNotified } from '../../../lib/messages/routing.ts';
import { transitionMessage } from '../../../lib/messages/message.ts';
import { pagerDutyRequests } from '../../../lib/channels/pagerduty/event.ts';
import type { Channel } from '../../../lib/specification/notification-channel.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { needChanges } from '../../../lib/rollout/needs.ts';
import type { RecordedEvent } from '../../../lib/rollout/events.ts';
import type { Received } from '../../../local/inbox/received.ts';
import { expectedOf, nameFor, nameOf } from '../../channels/expected-messages.ts';
import type { Channels } from '../aws/channels.ts';
import { rolloutsIn, type Truth, type Watch } from './watch.ts';

const promise = 'each message is shown once, and none is lost';
const stage = 'simulation';
const installation = { stage, region: 'eu-west-1' };

/** After everything has come to rest: what each channel of the spec was shown of each rollout. */
export function checkMessages({ inbox }: Channels, { table }: Truth, watch: Watch): void {
  const received = inbox.received.all();
  for (const state of rolloutsIn(table)) {
    const events = watch.events.get(state.rolloutId) ?? [];
    for (const channel of state.spec.notifications.channels) {
      if (channel.type === 'pagerduty') checkAlerts(channel, inbox.pagerDuty.alerts, state, events, watch);
      else
        checkChannel(
          channel,
          received.filter((one) => isAt(channel, one)),
          state,
          events,
          watch,
        );
    }
  }
}

/** Whether a message was shown where a channel leads. */
function isAt(channel: Channel, { vendor, place }: Received): boolean {
  return channel.type === 'slack' ? vendor === 'slack' && place === channel.channel : vendor === channel.type;
}

function checkChannel(
  channel: Channel,
  received: readonly Received[],
  { rolloutId, spec: { notifications } }: RolloutState,
  events: readonly RecordedEvent[],
  watch: Watch,
): void {
  const shown = received.filter((one) => one.rollout === rolloutId && one.key !== 'head').map(nameOf);
  // Mail and incoming webhooks cannot be asked what they have shown: only a lost answer repeats one, right away.
  const mayRepeat = channel.type === 'mail' || channel.type === 'slack-webhook';
  const once = mayRepeat ? shown.filter((one, index) => one !== shown[index - 1]) : shown;
  const due = expectedOf(events, notifications, channel, stage).map((one) => nameFor(channel, one));
  const changes = needChanges(events);
  // What another channel did not take was shown here instead, and its end with it.
  const extras = once.filter((name) => name.startsWith('e'));
  const escalated = events
    .filter((one) => extras.includes(`e${nameFor(channel, one)}`))
    .map(({ sequence }) => escalationKey(sequence));
  const mayBeDue = events
    .filter(({ sequence }) => {
      const { ended = [], taken = [] } = changes.get(sequence) ?? {};
      return [...ended, ...taken].some((need) =>
        wasNotified(notifications, channel, need, [...extras, ...escalated], stage),
      );
    })
    .map((one) => nameFor(channel, one));
  const said = (what: string, names: readonly string[]) => {
    if (names.length > 0) watch.break(promise, `${channel.name} ${what} ${names.join(', ')} of ${rolloutId}`);
  };
  said(
    'was never shown',
    due.filter((name) => !once.includes(name)),
  );
  said(
    'was shown twice',
    once.filter((name, index) => once.indexOf(name) !== index),
  );
  said(
    'was shown and should not have been',
    once.filter((name) => ![...due, ...mayBeDue, ...extras].includes(name)),
  );
  const order = events.map((one) => nameFor(channel, one));
  const places = once.filter((name) => due.includes(name)).map((name) => order.indexOf(name));
  if (places.some((place, index) => place < (places[index - 1] ?? 0))) {
    said('was shown in another order', once);
  }
}

/** Every alert that the record opens is there, and as open or over as the record has it. */
function checkAlerts(
  channel: Channel,
  alerts: Channels['inbox']['pagerDuty']['alerts'],
  state: RolloutState,
  events: readonly RecordedEvent[],
  watch: Watch,
): void {
  const changes = needChanges(events);
  const wanted = new Map<string, string>();
  for (const recorded of expectedOf(events, state.spec.notifications, channel, stage)) {
    const message = transitionMessage(recorded, [], state, installation, changes.get(recorded.sequence));
    for (const { path, body } of pagerDutyRequests(message)) {
      if (path !== '/v2/enqueue') continue;
      const { event_action: action, dedup_key: key } = body;
      if (action === 'trigger') wanted.set(key, wanted.get(key) === 'acknowledged' ? 'acknowledged' : 'triggered');
      else if (wanted.has(key) && wanted.get(key) !== 'resolved') {
        wanted.set(key, action === 'acknowledge' ? 'acknowledged' : 'resolved');
      }
    }
  }
  const own = alerts.filter(({ key }) => key.split('/')[2] === state.rolloutId);
  const found = new Map(own.map(({ key, status }) => [key, status]));
  for (const [key, status] of wanted) {
    if (found.get(key) === status) continue;
    watch.break(promise, `the alert ${key} is ${found.get(key) ?? 'not there'}, and should be ${status}`);
  }
  const opened = own.filter(({ status }) => status !== 'resolved').map(({ key }) => key);
  const twice = opened.find((key, index) => opened.indexOf(key) !== index);
  if (twice !== undefined) watch.break(promise, `the alert ${twice} is open twice`);
}
