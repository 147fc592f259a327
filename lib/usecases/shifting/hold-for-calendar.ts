import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { overriddenAt } from '../../rollout/hotfix.ts';
import { type CalendarReading, readCalendar } from '../calendar/read-calendar.ts';
import { record } from '../ownership/owned-rollout.ts';
import { decideCalendarHold } from './decide-calendar-hold.ts';

/** What became of a step that the calendar was asked for. */
export type CalendarHold =
  | { readonly outcome: 'free' | 'held'; readonly stored: StoredRollout }
  | {
      readonly outcome: 'rollBack';
      readonly reason: string;
      /** Who ends it, where it is not the rollout itself. */ readonly by?: string;
    };

/**
 * Reads stops, freezes and windows before a step gets its traffic, and records a hold and its end. A step under way ends its bake
 * whatever they say. A rollout that goes back never asks. A drill waits for nothing: it goes back, in an emergency or an incident too.
 */
export async function holdForCalendar(
  stored: StoredRollout,
  step: number,
  world: Part<'store' | 'now' | 'installation' | 'emergencies' | 'incidents'>,
): Promise<CalendarHold> {
  const { state } = stored;
  if (state.rollback !== undefined) return { outcome: 'free', stored };
  const look = await readCalendar(state.service, state.spec, overriddenAt(state), world);
  if (state.drill !== undefined) return endDrill(stored, look, world);
  const decision = decideCalendarHold(state, step, look, world.now());
  if (decision.outcome === 'rollBack') return decision;
  const { outcome, events } = decision;
  return { outcome, stored: events.length > 0 ? await record(world, stored, ...events) : stored };
}

/** Ends a drill before its traffic where none may begin any more. What cannot be read is thrown, as at its opening. */
async function endDrill(
  stored: StoredRollout,
  look: CalendarReading,
  { emergencies, incidents }: Part<'emergencies' | 'incidents'>,
): Promise<CalendarHold> {
  const { service } = stored.state;
  const ended = (by: string, why: string) =>
    ({
      outcome: 'rollBack',
      by,
      reason: `The drill ends before its traffic, as it waits for nothing: ${why}`,
    }) as const;
  if (!look.open) return ended('the calendar', look.reason);
  const emergency = (await emergencies.emergency(service))?.record;
  if (emergency?.standing === 'wanted')
    return ended('an emergency', `${service} is in an emergency since ${emergency.since}`);
  const incident = (await incidents.incident(service))?.record;
  if (incident?.standing === 'open')
    return ended('an incident', `incident ${String(incident.number)} of ${service} is open since ${incident.since}`);
  return { outcome: 'free', stored };
}
