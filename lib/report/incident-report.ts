import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { describeEvent, transitionsOf } from '../rollout/transition.ts';
import { type IncidentLevel, incidentLevels, type IncidentSettings } from '../specification/incident.ts';
import { requestsServed, type RequestsServed } from './requests-served.ts';
import { secondsBetween } from './times.ts';

/** One span of an incident beside what the spec allows; `undefined` where it is not known, or nothing is allowed or forbidden. */
export interface IncidentSpan {
  readonly name: 'detect' | 'acknowledge' | 'restore' | 'resolve';
  readonly from: string;
  readonly to: string | undefined;
  readonly seconds: number | undefined;
  readonly targetSeconds: number | undefined;
  readonly isMet: boolean | undefined;
}

/** The report of an incident. Its texts hold what users wrote, so every renderer escapes them. */
export interface IncidentReport {
  /** Grows when a field goes or changes its meaning. */
  readonly schema: 1;
  readonly service: string;
  readonly stage: string;
  readonly number: number;
  readonly level: IncidentLevel;
  readonly reason: string;
  readonly standing: 'open' | 'closed';
  /** How often it was opened again. */
  readonly reopened: number;
  readonly openedBy: string;
  readonly closedBy: string | undefined;
  readonly closedBecause: string | undefined;
  /** Who led it, in order. */
  readonly commanders: readonly { readonly at: string; readonly by: string }[];
  /** When users were hit first, as far as the record shows it. */
  readonly beganAt: string;
  readonly spans: readonly IncidentSpan[];
  readonly impact: { readonly minutes: number | undefined; readonly requests: RequestsServed };
  readonly timeline: readonly { readonly at: string; readonly rolloutId: string; readonly text: string }[];
  readonly followUps: readonly string[];
}

/** A rollout whose record tells a part of the incident. */
export interface TellingRollout {
  readonly state: RolloutState;
  /** The whole record, in order. */
  readonly events: readonly RecordedEvent[];
}

/** A sign of trouble so long before an incident belongs to it. */
const signSeconds = 6 * 3600;
type Told<Type extends RolloutEvent['type']> = Extract<RolloutEvent, { type: Type }>;
type IncidentEvent = Extract<RolloutEvent, { readonly type: `Incident${string}` }>;

/**
 * Returns the report of an incident; of one that is open, as far as it has come. It is made from the record alone: times to acknowledge and
 * to resolve count from its opening, the time to restore from the first sign of it.
 * @param rollouts of the service whose records may tell of it
 * @returns `undefined` where none of them knows an incident of that number
 */
export function incidentReport(
  asked: { readonly service: string; readonly stage: string; readonly number: number; readonly now: Date },
  rollouts: readonly TellingRollout[],
  settings: IncidentSettings,
): IncidentReport | undefined {
  const { number, now } = asked;
  const own = rollouts.flatMap(({ events }) => events.filter(({ event }) => isOf(event, number)));
  const openings = own.flatMap(({ event, at }) => (event.type === 'IncidentOpened' ? [{ ...event, at }] : []));
  const [first] = openings;
  const last = openings.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const closing = own.flatMap(({ event, at }) => (event.type === 'IncidentClosed' ? [{ ...event, at }] : [])).at(-1);
  const closed = closing !== undefined && closing.at >= last.at ? closing : undefined;
  const until = closed?.at ?? now.toISOString();
  const beganAt = firstSign(rollouts, first.at);
  const level = levelOf(own, last.level);
  const restoredAt = restorationAfter(rollouts, first.at, until);
  const commanders = own.flatMap(({ event, at }) => (event.type === 'IncidentCommanded' ? [{ at, by: event.by }] : []));
  const { respondSeconds, resolveSeconds } = settings.targets[level];
  const within = <One extends { readonly at: string }>(ones: readonly One[]) =>
    ones.filter(({ at }) => at >= beganAt && at <= until);
  const seconds = secondsBetween(beganAt, restoredAt);
  return {
    ...{ schema: 1, service: asked.service, stage: asked.stage, number, level, reason: first.reason },
    ...{ standing: closed === undefined ? 'open' : 'closed', reopened: last.reopened, openedBy: first.by },
    ...{ closedBy: closed?.by, closedBecause: closed?.reason, commanders, beganAt },
    spans: [
      span('detect', beganAt, first.at, undefined),
      span('acknowledge', first.at, commanders[0]?.at, respondSeconds),
      span('restore', beganAt, restoredAt, settings.restoreSeconds),
      span('resolve', first.at, closed?.at, resolveSeconds),
    ],
    impact: {
      minutes: seconds === undefined ? undefined : Math.ceil(seconds / 60),
      requests: requestsServed(rollouts.flatMap(({ events }) => within(events))),
    },
    timeline: timelineOf(rollouts, within),
    followUps: [
      ...own.flatMap(({ event }) => (event.type === 'IncidentNoted' && event.followUp === true ? [event.text] : [])),
      ...openFollowUps,
    ],
  };
}

/** What every incident leaves to do. */
const openFollowUps: readonly string[] = [
  'Write down the cause, and what would have shown it sooner.',
  'Agree on what keeps it from coming back, who does it, and by when.',
];

function isOf(event: RolloutEvent, number: number): event is IncidentEvent {
  return event.type.startsWith('Incident') && 'number' in event && event.number === number;
}

function span(
  name: IncidentSpan['name'],
  from: string,
  to: string | undefined,
  targetSeconds: number | undefined,
): IncidentSpan {
  const seconds = secondsBetween(from, to);
  const isMet = seconds === undefined || targetSeconds === undefined ? undefined : seconds <= targetSeconds;
  return { name, from, to, seconds, targetSeconds, isMet };
}

function levelOf(own: readonly RecordedEvent[], opened: IncidentLevel): IncidentLevel {
  const levels = own.flatMap(({ event }) =>
    'level' in event ? incidentLevels.filter((one) => one === event.level) : [],
  );
  return levels.at(-1) ?? opened;
}

/** When the record shows first that something was wrong; the opening itself where nothing did before. */
function firstSign(rollouts: readonly TellingRollout[], openedAt: string): string {
  const earliest = new Date(Date.parse(openedAt) - signSeconds * 1000).toISOString();
  const signs = rollouts.flatMap(({ events }) =>
    transitionsOf(events)
      .filter(({ event, severity }) => severity === 'critical' || event.type === 'RollbackRequested')
      .map(({ at }) => at)
      .filter((at) => at >= earliest && at < openedAt),
  );
  return signs.sort()[0] ?? openedAt;
}

/** When users were served again: a person said so, a rollback other than a drill's restored traffic, or an emergency saw it. */
function restorationAfter(rollouts: readonly TellingRollout[], from: string, until: string): string | undefined {
  const restored = ({ event }: RecordedEvent, { drill }: RolloutState) =>
    (event.type === 'TrafficRestored' && drill === undefined) ||
    (event.type === 'EmergencyEnded' && event.outcome === 'served') ||
    (event.type === 'IncidentUpdated' && event.restored === true);
  return rollouts
    .flatMap(({ state, events }) => events.filter((one) => restored(one, state)).map(({ at }) => at))
    .filter((at) => at >= from && at <= until)
    .sort()[0];
}

function timelineOf(
  rollouts: readonly TellingRollout[],
  within: (ones: ReturnType<typeof transitionsOf>) => ReturnType<typeof transitionsOf>,
): IncidentReport['timeline'] {
  return rollouts
    .flatMap(({ state, events }) =>
      within(transitionsOf(events)).map(({ at, event }) => ({
        at,
        rolloutId: state.rolloutId,
        text: describeEvent(event, state),
      })),
    )
    .sort((one, other) => one.at.localeCompare(other.at));
}

/** Returns the number of the newest incident that records tell of; `undefined` where they tell of none. */
export function newestIncident(rollouts: readonly TellingRollout[]): number | undefined {
  const isOpening = (event: RolloutEvent): event is Told<'IncidentOpened'> => event.type === 'IncidentOpened';
  const numbers = rollouts.flatMap(({ events }) =>
    events.flatMap(({ event }) => (isOpening(event) ? [event.number] : [])),
  );
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
