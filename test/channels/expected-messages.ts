import { hears } from '../../lib/messages/routing.ts';
import { type EventType, knownDefinitionOf, type RecordedEvent } from '../../lib/rollout/events.ts';
import type { Severity } from '../../lib/rollout/events/define-event.ts';
import { needChanges } from '../../lib/rollout/needs.ts';
import { transitionsOf } from '../../lib/rollout/transition.ts';
import type { Channel } from '../../lib/specification/notification-channel.ts';
import type { NotificationSettings } from '../../lib/specification/notifications.ts';
import type { Received } from '../../local/inbox/received.ts';

/** Returns the transitions that a channel has to show of a rollout, in order, where nothing was told out of turn. */
export function expectedOf(
  events: readonly RecordedEvent[],
  settings: NotificationSettings,
  channel: Channel,
  stage: string,
) {
  const isHeard = (type: EventType, severity: Severity, at: string) =>
    hears(settings, channel, { type, severity, at, stage });
  const changes = needChanges(events);
  return transitionsOf(events).filter(({ sequence, event, severity, at }) => {
    // A thread of Slack begins with its head, which says that a rollout has begun.
    if (channel.type === 'slack' && severity === 'info' && knownDefinitionOf(event)?.opensThread === true) return false;
    const { ended = [], taken = [] } = changes.get(sequence) ?? {};
    return (
      isHeard(event.type, severity, at) ||
      [...ended, ...taken].some((need) => isHeard(need.type, need.severity, need.at))
    );
  });
}

/** Names what a received message tells: the incoming webhook carries no name, but a time, and says where no other channel took it. */
export function nameOf({ vendor, key, text }: Received): string {
  if (vendor !== 'slack-webhook') return key;
  const at = / · (\S+) · \S+$/m.exec(text)?.[1] ?? '';
  return text.includes('No other channel took this: ') ? `e${at}` : at;
}

/** Returns the name that a channel gives to a transition. */
export function nameFor({ type }: Channel, { sequence, at }: Pick<RecordedEvent, 'sequence' | 'at'>): string {
  return type === 'slack-webhook' ? at : `t${String(sequence)}`;
}
