import { type Judged, refused } from '../../approval/judge-approval.ts';
import type { AlertNews } from '../../channels/alert-news.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { decide, type DecisionNeeds } from './decide.ts';

/** What became of what PagerDuty said. */
export type Heard =
  | { readonly outcome: 'recorded'; readonly rolloutId: string }
  | { readonly outcome: 'ignored'; readonly reason: string };

const eventTypes = {
  acknowledged: 'AlertAcknowledged',
  unacknowledged: 'AlertUnacknowledged',
  resolved: 'AlertResolved',
} as const;

/**
 * Records what people did to an alert in PagerDuty: who acknowledges or resolves it there has taken its need, and its reminders end.
 * The same event again, or one that is older than what was heard last, changes nothing: the need itself says how far PagerDuty was heard.
 * An acknowledgement that ended is therefore noted also where nobody had it, as it may have come before the acknowledgement itself.
 */
export async function hearAlert(news: AlertNews, world: DecisionNeeds): Promise<Heard> {
  const { rolloutId } = news;
  if ((await world.store.load(rolloutId)) === undefined) {
    return { outcome: 'ignored', reason: 'there is no such rollout' };
  }
  const decided = await decide(rolloutId, (state) => judge(state, news), world);
  return decided.outcome === 'done'
    ? { outcome: 'recorded', rolloutId }
    : { outcome: 'ignored', reason: decided.reason };
}

function judge({ matters = [] }: RolloutState, said: AlertNews): Judged {
  const matter = matters.find(({ type }) => type === said.need);
  if (matter === undefined) return refused('it is over');
  const { heard, taken } = matter;
  if (said.occurredAt < matter.at) return refused('it is about an earlier alert of this kind');
  if (heard !== undefined && (heard.id === said.id || said.occurredAt <= heard.at))
    return refused('it was heard before');
  const { change, person } = said;
  if (change === 'acknowledged' && person === undefined) return refused('no person acknowledged it');
  return { outcome: 'counts', events: [eventOf(said, taken?.via === 'pagerduty')] };
}

function eventOf({ need, change, person, occurredAt, id, page }: AlertNews, isTakenThere: boolean): RolloutEvent {
  return {
    type: eventTypes[change],
    need,
    by: person ?? 'PagerDuty',
    person: person !== undefined,
    occurredAt,
    heard: id,
    ...(page === undefined ? {} : { page }),
    ...(change === 'unacknowledged' && !isTakenThere ? { untaken: true } : {}),
  };
}
