import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { calendarHoldSeconds } from '../../specification/calendar-hold.ts';
import { type CalendarLook, lookAtCalendar } from '../calendar/look-at-calendar.ts';
import { record } from '../ownership/owned-rollout.ts';

/** What the calendar and the stops mean for the next step of a rollout. */
export type CalendarDecision =
  | { readonly outcome: 'free'; readonly stored: StoredRollout }
  | { readonly outcome: 'held'; readonly stored: StoredRollout }
  | { readonly outcome: 'rollBack'; readonly reason: string };

type Closed = Extract<CalendarLook, { open: false }>;

/**
 * Looks at stops, freezes and windows before a step gets its traffic. A step under way ends its bake whatever they say. A rollout that
 * goes back never asks.
 */
export async function holdForCalendar(
  stored: StoredRollout,
  step: number,
  world: Part<'store' | 'now' | 'surroundings'>,
): Promise<CalendarDecision> {
  const { state } = stored;
  if (state.rollback !== undefined) return { outcome: 'free', stored };
  const look = await lookAtCalendar(state.service, state.spec, state.calendarOverride?.at, world);
  if (look.open || finishes(state, look)) return { outcome: 'free', stored: await endHold(stored, step, world) };
  const decision = decideHold(state, step, look, world.now());
  if (decision.outcome === 'rollBack') return decision;
  return {
    outcome: 'held',
    stored: decision.event === undefined ? stored : await record(world, stored, decision.event),
  };
}

/** Whether the spec lets a rollout with traffic go on to its end; what a person stopped is stopped all the same. */
function finishes({ spec, weight }: RolloutState, { kind }: Closed): boolean {
  return ofSpec(kind) && weight > 0 && spec.atWindowEnd === 'finish';
}

function ofSpec(kind: Closed['kind']): boolean {
  return kind === 'window' || kind === 'freeze';
}

/** Decides how long a step waits for the calendar; a hold is announced once, and again where it has another cause. */
function decideHold(
  state: RolloutState,
  step: number,
  { kind, reason, opensAt }: Closed,
  now: Date,
):
  | { readonly outcome: 'held'; readonly event?: RolloutEvent }
  | { readonly outcome: 'rollBack'; readonly reason: string } {
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
  if (calendarHold?.kind === kind) return { outcome: 'held' };
  return { outcome: 'held', event: { type: 'CalendarHeld', step, kind, reason, opensAt, until: until.toISOString() } };
}

async function endHold(stored: StoredRollout, step: number, world: Part<'store' | 'now'>): Promise<StoredRollout> {
  const { calendarHold } = stored.state;
  if (calendarHold === undefined) return stored;
  const seconds = Math.round((world.now().getTime() - Date.parse(calendarHold.since)) / 1000);
  return record(world, stored, { type: 'CalendarOpened', step, seconds });
}
