import type { EmergencyRecord } from '../ports/emergencies.ts';
import type { IncidentRecord } from '../ports/incidents.ts';
import type { StoredRollout } from '../ports/rollout-store.ts';
import { deciderOf } from '../rollout/decider.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import type { Severity } from '../rollout/events/define-event.ts';
import { readableTimes } from '../specification/text/readable-times.ts';
import { describeEvent, transitionsOf } from '../rollout/transition.ts';
import { contactText, type IncidentSettings } from '../specification/incident.ts';

/** One time of an incident beside what the spec allows. */
export interface IncidentClock {
  readonly name: string;
  readonly targetSeconds: number;
  /** When it is due, ISO 8601. */
  readonly by: string;
  /** When it happened; `undefined` as long as it has not. */
  readonly doneAt: string | undefined;
  /** `never`: it was closed before that happened, as far as is known. */
  readonly standing: 'met' | 'missed' | 'running' | 'late' | 'never';
}

/** One line of the timeline. */
export interface TimelineRow {
  readonly at: string;
  readonly severity: Severity;
  readonly rolloutId: string;
  readonly text: string;
}

/** An incident as a person sees it. Texts hold what users wrote: every renderer escapes them. */
export interface IncidentView {
  readonly number: number;
  readonly level: IncidentRecord['level'];
  readonly reason: string;
  readonly isOpen: boolean;
  readonly reopened: number;
  readonly openedAt: string;
  readonly openedBy: string;
  readonly commander:
    | {
        /** With how they were identified. */
        readonly by: string;
        readonly name: string;
        readonly at: string;
        /** Grows each time that the command passes on. */
        readonly nth: number;
      }
    | undefined;
  readonly restoredAt: string | undefined;
  readonly closed: { readonly by: string; readonly at: string; readonly reason: string } | undefined;
  readonly clocks: readonly IncidentClock[];
  /** What happens next by itself, while it is open. */
  readonly next: { readonly text: string; readonly at: string } | undefined;
  readonly contacts: readonly string[];
  readonly toldIn: string;
}

/** A rollout whose record tells a part of an incident, with its newest events. */
export interface TellingEvents {
  readonly stored: StoredRollout;
  readonly events: readonly RecordedEvent[];
}

/** A sign of trouble so long before an incident belongs to it. */
const signMs = 6 * 3600_000;
/** Lines of the timeline that a page shows; the report has them all. */
const mostLines = 100;
/** People are paged as often as that for want of a commander; `dueInIncident` does it. */
const mostSilences = 3;

/** Returns how an incident stands: its clocks against the targets of the spec, who leads it, and what happens next by itself. */
export function incidentView(record: IncidentRecord, settings: IncidentSettings, now: Date): IncidentView {
  const { number, level, reason, standing, reopened, opened, commander, restoredAt, closed, toldIn } = record;
  const isOpen = standing === 'open';
  return {
    ...{ number, level, reason, isOpen, reopened, openedAt: opened.at, restoredAt, toldIn },
    openedBy: deciderOf(opened.by, opened.how, opened),
    commander: commander && {
      ...{ name: commander.by, at: commander.at, nth: commander.nth },
      by: deciderOf(commander.by, commander.how, commander),
    },
    closed: isOpen ? undefined : closed && { ...closed, by: deciderOf(closed.by, closed.how, closed) },
    clocks: clocksOf(record, settings, now),
    next: isOpen ? nextOf(record, settings, now) : undefined,
    contacts: settings.contacts.map(contactText),
  };
}

/** The times of a level count from when an incident got it: nobody could keep to them before. */
function countsFrom({ level, opened, raised }: IncidentRecord): string {
  return raised?.to === level ? raised.at : opened.at;
}

function clocksOf(record: IncidentRecord, settings: IncidentSettings, now: Date): readonly IncidentClock[] {
  const { level, standing, opened, commander, restoredAt, updatedAt, closed } = record;
  const { respondSeconds, resolveSeconds } = settings.targets[level];
  const from = countsFrom(record);
  const isOpen = standing === 'open';
  const clock = (name: string, since: string, targetSeconds: number, doneAt: string | undefined): IncidentClock => {
    const by = later(since, targetSeconds);
    const isLate = (doneAt ?? now.toISOString()) > by;
    const undone = isOpen ? (isLate ? 'late' : 'running') : 'never';
    return { name, targetSeconds, by, doneAt, standing: doneAt === undefined ? undone : isLate ? 'missed' : 'met' };
  };
  return [
    clock('Somebody takes command', from, respondSeconds, commander?.at),
    clock('Users are served again', opened.at, settings.restoreSeconds, restoredAt),
    clock('It is resolved', from, resolveSeconds, isOpen ? undefined : closed?.at),
    ...(isOpen ? [clock('The next status update', updatedAt, settings.updateSeconds, undefined)] : []),
  ];
}

function nextOf(record: IncidentRecord, settings: IncidentSettings, now: Date): IncidentView['next'] {
  const { level, commander, updatedAt } = record;
  const { respondSeconds, resolveSeconds } = settings.targets[level];
  const from = countsFrom(record);
  const silences = Array.from({ length: mostSilences }, (_, index) => later(from, respondSeconds * (index + 1)));
  const unheard = Math.max(0, Math.floor((now.getTime() - Date.parse(updatedAt)) / 1000 / settings.updateSeconds));
  const coming = [
    ...(commander === undefined ? silences : []).map((at) => ({
      text: 'People are notified again unless somebody takes command',
      at,
    })),
    {
      text: 'People are asked for a status update unless there is one',
      at: later(updatedAt, settings.updateSeconds * (unheard + 1)),
    },
    { text: 'It is escalated unless it is closed', at: later(from, resolveSeconds) },
  ];
  return coming.filter(({ at }) => at > now.toISOString()).toSorted((one, other) => (one.at < other.at ? -1 : 1))[0];
}

function later(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}

/**
 * Returns what happened in an incident, newest first, from its first sign on.
 * @returns the newest lines, and how many more were read
 */
export function timelineOf(
  { since, closed, standing }: Pick<IncidentRecord, 'since' | 'closed' | 'standing'>,
  rollouts: readonly TellingEvents[],
): { readonly lines: readonly TimelineRow[]; readonly more: number } {
  const earliest = new Date(Date.parse(since) - signMs).toISOString();
  const until = standing === 'open' ? undefined : closed?.at;
  const found = rollouts
    .flatMap(({ stored, events }) => transitionsOf(events).map((one) => ({ ...one, state: stored.state })))
    .filter(({ at }) => at >= earliest && (until === undefined || at <= until))
    .toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : one.sequence - other.sequence));
  const first = found.findIndex(
    ({ at, severity, event }) => at >= since || severity === 'critical' || event.type === 'RollbackRequested',
  );
  const lines = (first < 0 ? [] : found.slice(first)).map(({ at, severity, event, state }): TimelineRow => ({
    ...{ at, severity, rolloutId: state.rolloutId },
    text: readableTimes(describeEvent(event, state)),
  }));
  return { lines: lines.slice(-mostLines).toReversed(), more: Math.max(0, lines.length - mostLines) };
}

/** One fact of an emergency; its time, where it has one. */
export interface EmergencyFact {
  readonly name: string;
  readonly text: string;
  readonly at?: string | undefined;
}

const partNames: Readonly<Record<EmergencyRecord['parts'][number], string>> = {
  capacity: 'more tasks',
  lastKnownGood: 'the last known good version',
  maintenance: 'the maintenance page',
};
const outcomes = { succeeded: 'succeeded', failed: 'failed', notOpened: 'was not started' } as const;

/** Returns what an emergency has done, and what it waits for. */
export function emergencyFacts(record: EmergencyRecord): readonly EmergencyFact[] {
  const { by, how, reason, since, until, parts, attempts, capacityAt, pageAt, waitsFor, ended } = record;
  const end =
    ended === undefined
      ? [
          { name: 'Now', text: waitsFor ?? 'it begins' },
          { name: 'Ends', text: 'at the latest; sooner once users are served, or a person ends it', at: until },
        ]
      : [{ name: 'Ended', text: `by ${deciderOf(ended.by, ended.how, ended)}: ${ended.reason}`, at: ended.at }];
  return [
    { name: 'Declared', text: `by ${deciderOf(by, how, record)}: ${reason}`, at: since },
    { name: 'It does', text: parts.map((part) => partNames[part]).join(', ') },
    ...(capacityAt === undefined ? [] : [{ name: 'Capacity', text: 'more tasks were asked for', at: capacityAt }]),
    ...attempts.map(({ digest, at, outcome, reason: why }) => ({
      name: 'Version',
      text: `${digest.slice(0, 19)} ${outcome === undefined ? 'is being brought back' : outcomes[outcome]}${why === undefined ? '' : `: ${why}`}`,
      at,
    })),
    ...(pageAt === undefined ? [] : [{ name: 'Maintenance page', text: 'was ordered', at: pageAt }]),
    ...end,
  ];
}
