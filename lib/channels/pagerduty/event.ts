import type { EventType } from '../../rollout/events.ts';
import { needsPerson } from '../../rollout/needs.ts';
import type { Message } from '../../messages/message.ts';
import { bodyOf } from '../../messages/body.ts';
import { linesWithin, plain, unlinked } from '../../messages/plain.ts';
import { knownDefinitionOf } from '../../rollout/events.ts';
import { linkTarget } from '../../messages/link-target.ts';
import { alertKey, rolloutKey } from './dedup-key.ts';

/** developer.pagerduty.com, Events API v2: the whole payload may have 512 KB, `payload.summary` 1024 characters. */
const longestDetail = 4000;

/** One request to PagerDuty, without the routing key. */
export type PagerDutyRequest =
  | {
      readonly path: '/v2/enqueue';
      readonly body: {
        readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
        readonly dedup_key: string;
        readonly payload?: AlertPayload;
        readonly links?: readonly Link[];
        readonly client?: string;
      };
    }
  | {
      readonly path: '/v2/change/enqueue';
      readonly body: { readonly payload: ChangePayload; readonly links: readonly Link[] };
    };

interface Link {
  readonly href: string;
  readonly text: string;
}

interface ChangePayload {
  readonly summary: string;
  readonly source: string;
  readonly timestamp: string;
  readonly custom_details: Readonly<Record<string, string>>;
}

interface AlertPayload extends ChangePayload {
  readonly severity: 'critical' | 'warning' | 'info';
  readonly component: string;
  readonly group: string;
  readonly class: string;
}

/** Events that end a rollout: versions up to 0.1.0 had opened one alert for all of it. */
const ends: ReadonlySet<EventType> = new Set<EventType>([
  'RolledBack',
  'RollbackClosed',
  'RolloutSucceeded',
  'RolloutRejected',
]);

/** How a channel hears of changes. */
interface Changes {
  readonly changes: 'all' | 'ends';
  /** The message is for the change event alone: no row sends it here. */
  readonly isChangeAlone: boolean;
}

/**
 * Returns what PagerDuty gets of a message. Start, end and steps of a rollout are change events; only what a person has to act on,
 * and a rollback, opens an alert. Each need has an alert of its own, as an incident that was acknowledged notifies nobody of another
 * one under its key: it is acknowledged when a person takes it and resolved when it is over. Everything else is left out,
 * whatever a table says. To resolve what was never opened does nothing there.
 */
export function pagerDutyRequests(
  message: Message,
  { changes, isChangeAlone }: Changes = { changes: 'all', isChangeAlone: false },
): readonly PagerDutyRequest[] {
  const { type, kind, ends: ended } = message;
  if (kind === 'test') return [change(message)];
  const isTransition = kind === 'transition';
  const closed = [
    ...ended.map((one) => keyed('resolve', dedupKeyOf(message, one))),
    ...(isTransition && ends.has(type) ? [keyed('resolve', rolloutKey(message.stage, message.rolloutId))] : []),
  ];
  const taken = message.takes.map((one) => keyed('acknowledge', dedupKeyOf(message, one)));
  // What PagerDuty can tell from a repetition goes first: where the rest fails, all of it is sent again.
  const told = [...closed, ...taken];
  const { marksChange } = knownDefinitionOf({ type }) ?? {};
  const isChange = isTransition && (marksChange === 'end' || (marksChange === 'between' && changes === 'all'));
  const isAlert = needsPerson(message) && !ended.includes(type) && !isChangeAlone;
  return [...told, ...(isAlert ? [trigger(message)] : []), ...(isChange ? [change(message)] : [])];
}

function dedupKeyOf({ stage, rolloutId }: Message, need: EventType): string {
  return alertKey(stage, rolloutId, need);
}

function keyed(action: 'acknowledge' | 'resolve', key: string): PagerDutyRequest {
  return { path: '/v2/enqueue', body: { event_action: action, dedup_key: key } };
}

function trigger(message: Message): PagerDutyRequest {
  const { severity, service, stage, type } = message;
  const key = { event_action: 'trigger', dedup_key: dedupKeyOf(message, type) } as const;
  const payload: AlertPayload = { ...common(message), severity, component: service, group: stage, class: type };
  return { path: '/v2/enqueue', body: { ...key, payload, links: linksOf(message), client: 'Sluice' } };
}

function change(message: Message): PagerDutyRequest {
  return { path: '/v2/change/enqueue', body: { payload: common(message), links: linksOf(message) } };
}

function common(message: Message): ChangePayload {
  const { service, stage, what, why, who, next, image, rolloutId, at, traceId, forPeople } = message;
  return {
    summary: unlinked(bodyOf(message).subject),
    source: `sluice/${stage}/${service}`,
    timestamp: at,
    custom_details: {
      what: unlinked(plain(what, longestDetail)),
      run: linesWithin(
        forPeople.commands.map((command) => plain(command, 600)),
        longestDetail,
      ),
      users: unlinked(plain(forPeople.users, longestDetail)),
      why: linesWithin(
        why.map((line) => unlinked(plain(line, 600))),
        longestDetail,
      ),
      who: unlinked(plain(who, longestDetail)),
      next: unlinked(plain(next, longestDetail)),
      image: unlinked(plain(image, 300)),
      rollout: rolloutId,
      trace: traceId,
    },
  };
}

function linksOf({ links }: Message): readonly Link[] {
  return links.flatMap(({ text, url }) => {
    const href = linkTarget(url);
    return href === undefined ? [] : [{ href, text: plain(text, 100) }];
  });
}
