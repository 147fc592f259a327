import type { EventType } from '../rollout/events.ts';
import type { Message } from './message.ts';
import { linesWithin, plain } from './plain.ts';
import { changeEvents } from './routing.ts';
import { linkTarget } from './link-target.ts';

/** developer.pagerduty.com, Events API v2: `payload.summary`; the whole payload may have 512 KB. */
const longestSummary = 1024;
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

const resolving: ReadonlySet<EventType> = new Set<EventType>([
  'RolledBack',
  'RolloutSucceeded',
  'RolloutRejected',
  'BlueVerified',
  'StepPassed',
  'WeightsAsRecorded',
]);

/** What wakes somebody: all that is critical, and a question that the rollout cannot answer by itself. */
export function needsSomebody({ type, severity }: Pick<Message, 'type' | 'severity'>): boolean {
  return severity === 'critical' || type === 'DecisionRequested';
}

/**
 * What PagerDuty is told of a message. Start and end of a rollout are change events; only what a person has to act on opens an
 * alert, one a rollout, which is acknowledged when somebody takes it and resolved when it is over; of everything else PagerDuty
 * hears nothing, whatever a table says. To resolve what was never opened does nothing there.
 * @param isOver nothing that needs somebody is open any more
 */
export function pagerDutyRequests(message: Message, isOver: boolean): readonly PagerDutyRequest[] {
  const { type, kind } = message;
  if (kind === 'test') return [change(message)];
  if (kind === 'transition') {
    if (type === 'AlertTaken') return [alert(message, 'acknowledge')];
    const ending = resolving.has(type) && isOver ? [alert(message, 'resolve')] : [];
    // What PagerDuty can tell from a repetition goes first: where the rest fails, all of it is sent again.
    if (changeEvents.has(type)) return [...ending, change(message)];
    if (ending.length > 0 || resolving.has(type)) return ending;
  }
  return needsSomebody(message) ? [alert(message, 'trigger')] : [];
}

/** One alert a rollout and stage: 255 characters are allowed. */
function dedupKeyOf({ stage, rolloutId }: Message): string {
  return `sluice/${stage}/${rolloutId}`;
}

function alert(message: Message, action: 'trigger' | 'acknowledge' | 'resolve'): PagerDutyRequest {
  const key = { event_action: action, dedup_key: dedupKeyOf(message) } as const;
  if (action !== 'trigger') return { path: '/v2/enqueue', body: key };
  const { severity, service, stage, type } = message;
  const payload: AlertPayload = { ...common(message), severity, component: service, group: stage, class: type };
  return { path: '/v2/enqueue', body: { ...key, payload, links: linksOf(message), client: 'Sluice' } };
}

function change(message: Message): PagerDutyRequest {
  return { path: '/v2/change/enqueue', body: { payload: common(message), links: linksOf(message) } };
}

function common(message: Message): ChangePayload {
  const { service, stage, what, why, who, next, image, rolloutId, at, traceId } = message;
  return {
    summary: plain(`${service} in ${stage}: ${what}`, longestSummary),
    source: `sluice/${stage}/${service}`,
    timestamp: at,
    custom_details: {
      what: plain(what, longestDetail),
      why: linesWithin(
        why.map((line) => plain(line, 600)),
        longestDetail,
      ),
      who: plain(who, longestDetail),
      next: plain(next, longestDetail),
      image: plain(image, 300),
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
