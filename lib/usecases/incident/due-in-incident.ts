import type { IncidentRecord } from '../../ports/incidents.ts';
import type { IncidentSettings } from '../../specification/incident.ts';

/** What an incident asks of people at one moment; each has a key by which it is sent once. */
export type Due =
  | { readonly kind: 'update'; readonly key: string }
  | { readonly kind: 'escalation'; readonly key: string; readonly reason: string };

/** A person who has not answered after so many times the response time will not answer the next message either. */
const mostSilences = 3;

/**
 * Returns what is due: a status update once nobody has heard anything for a while, an escalation for each response time that has passed
 * without a commander, and one for a resolution that takes too long.
 */
export function dueInIncident(record: IncidentRecord, settings: IncidentSettings, now: Date): readonly Due[] {
  const { level, opened, raised, reopened, commander, updatedAt } = record;
  const { respondSeconds, resolveSeconds } = settings.targets[level];
  // Nobody could keep to the times of a level before it had it.
  const isRaised = raised?.to === level;
  const openSeconds = secondsSince(isRaised ? raised.at : opened.at, now);
  const turn = `${level}-${String(reopened)}-${String(raised?.nth ?? 0)}`;
  const due: Due[] = [];
  const silences = Math.min(mostSilences, Math.floor(openSeconds / respondSeconds));
  if (commander === undefined && silences > 0) {
    const reason = `nobody has taken command for ${minutes(silences * respondSeconds)}, and ${level} allows ${minutes(respondSeconds)}.`;
    due.push({ kind: 'escalation', key: `silence-${turn}-${String(silences)}`, reason });
  }
  if (openSeconds >= resolveSeconds) {
    const reason = `it is ${isRaised ? level : 'open'} for ${minutes(resolveSeconds)}, which is as long as ${level} allows.`;
    due.push({ kind: 'escalation', key: `overdue-${turn}`, reason });
  }
  const unheard = Math.floor(secondsSince(updatedAt, now) / settings.updateSeconds);
  if (unheard > 0) due.push({ kind: 'update', key: `update-${updatedAt}-${String(unheard)}` });
  return due;
}

function secondsSince(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / 1000;
}

function minutes(seconds: number): string {
  const whole = Math.round(seconds / 60);
  return whole < 120 ? `${String(whole)} min` : `${String(Math.round(whole / 60))} h`;
}
