import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { calendarHoldSeconds } from '../../specification/calendar-hold.ts';
import type { CalendarReading } from '../calendar/read-calendar.ts';

/** What the calendar and the stops mean for the next step of a rollout, with the events to record. */
export type CalendarDecision =
  | { readonly outcome: 'free' | 'held'; readonly events: readonly RolloutEvent[] }
  | { readonly outcome: 'rollBack'; readonly reason: string };

type Closed = Extract<CalendarReading, { open: false }>;

/** Decides how long a step waits for the calendar; a hold is announced once, and again where it has another cause. */
export function decideCalendarHold(
  state: RolloutState,
  step: number,
  look: CalendarReading,
  now: Date,
): CalendarDecision {
  if (look.open || finishes(state, look)) return { outcome: 'free', events: holdEnded(state, step, now) };
  const { kind, reason, opensAt } = look;
  const { spec, weight, calendarHold, calendarHeldMs = 0 } = state;
  if (ofSpec(kind) && weight > 0 && spec.atWindowEnd === 'rollBack') {
    return {
      outcome: 'rollBack',
      reason: `The rollout may not go on with step ${step + 1}: ${reason} (atWindowEnd: rollBack)`,
    };
  }
  const since = calendarHold === undefined ? now.getTime() : Date.parse(calendarHold.since);
  // What nobody knows is waited for as long as what others changed.
  const cap =
    kind === 'unknown' ? spec.timeouts.interference * 1000 : calendarHoldSeconds(spec) * 1000 - calendarHeldMs;
  const until = new Date(since + cap);
  if (now >= until) {
    const seconds = Math.round((calendarHeldMs + now.getTime() - since) / 1000);
    return { outcome: 'rollBack', reason: `Step ${step + 1} was held for ${seconds} s: ${reason}` };
  }
  if (calendarHold?.kind === kind) return { outcome: 'held', events: [] };
  return {
    outcome: 'held',
    events: [{ type: 'CalendarHeld', step, kind, reason, opensAt, until: until.toISOString() }],
  };
}

/** Whether the spec lets a rollout with traffic go on to its end; what a person stopped is stopped all the same. */
function finishes({ spec, weight }: RolloutState, { kind }: Closed): boolean {
  return ofSpec(kind) && weight > 0 && spec.atWindowEnd === 'finish';
}

function ofSpec(kind: Closed['kind']): boolean {
  return kind === 'window' || kind === 'freeze';
}

function holdEnded({ calendarHold }: RolloutState, step: number, now: Date): readonly RolloutEvent[] {
  if (calendarHold === undefined) return [];
  const seconds = Math.round((now.getTime() - Date.parse(calendarHold.since)) / 1000);
  return [{ type: 'CalendarOpened', step, seconds }];
}
