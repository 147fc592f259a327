import { calendarOfStage } from '../../calendar/of-stage.ts';
import { openness } from '../../calendar/openness.ts';
import type { KnownStops, Stops } from '../../ports/stops.ts';
import type { Part } from '../../ports/world.ts';
import type { Calendar } from '../../specification/calendar.ts';

/** Whether a rollout may start and shift traffic now. */
export type CalendarReading =
  | { readonly open: true }
  | {
      readonly open: false;
      /** `unknown`: the record of a stop cannot be read; `maintenance`: all else is open, and users get the maintenance page. */
      readonly kind: 'window' | 'freeze' | 'stop' | 'unknown' | 'maintenance';
      /** In words, for people. */
      readonly reason: string;
      /** When it may again, as far as that is known; ISO 8601. */
      readonly opensAt?: string | undefined;
    };

export type CalendarWorld = Part<'now' | 'installation'> & { readonly store: Pick<Stops, 'stops'> };

/**
 * Reads the stops of a service, then its calendar. Rollbacks never ask: they are held up by none of it.
 * @param overriddenAt when a second person let this rollout go on in spite of what was closed then; later stops count
 */
export async function readCalendar(
  service: string,
  calendar: Calendar,
  overriddenAt: string | undefined,
  { store, now, installation }: CalendarWorld,
): Promise<CalendarReading> {
  const known = await store.stops(service);
  const stopped = closedByStop(known, overriddenAt, now());
  if (stopped !== undefined) return stopped;
  if (overriddenAt !== undefined) return openUnlessMaintenance(service, known, overriddenAt);
  const state = await openness(calendarOfStage(calendar, installation.stage), now());
  if (!state.open) return { ...state, opensAt: state.opensAt?.toISOString() };
  return openUnlessMaintenance(service, known, overriddenAt);
}

/** Last of all: a rollout may open under it, as its image may be what ends it, and gets no traffic unless a person says so. */
function openUnlessMaintenance(
  service: string,
  { maintenance }: KnownStops,
  overriddenAt: string | undefined,
): CalendarReading {
  if (maintenance === undefined || (overriddenAt !== undefined && maintenance.at <= overriddenAt))
    return { open: true };
  const { by, reason, at } = maintenance;
  return {
    open: false,
    kind: 'maintenance',
    reason: `${service} is in maintenance since ${at}, by ${by}: ${reason}. No request would prove the new version; end it with sluice maintenance off ${service}`,
  };
}

function closedByStop(
  { stops, unreadable }: KnownStops,
  overriddenAt: string | undefined,
  now: Date,
): CalendarReading | undefined {
  const inForce = stops
    .filter(({ until }) => until === undefined || Date.parse(until) > now.getTime())
    .filter(({ at }) => overriddenAt === undefined || at > overriddenAt);
  const [first] = inForce.toSorted((one, other) => (other.until ?? '~').localeCompare(one.until ?? '~'));
  if (first !== undefined) {
    const { service, by, reason, until } = first;
    const what = service === undefined ? 'all rollouts are' : `rollouts of ${service} are`;
    const when = until === undefined ? 'until a person ends it with sluice thaw' : `until ${until}`;
    return { open: false, kind: 'stop', reason: `${what} stopped by ${by}, ${when}: ${reason}`, opensAt: until };
  }
  if (unreadable === undefined || overriddenAt !== undefined) return undefined;
  const reason = `it is not known whether rollouts are stopped: ${unreadable} Write the stop anew with sluice freeze, or end it with sluice thaw`;
  return { open: false, kind: 'unknown', reason };
}
