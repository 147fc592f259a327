import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { overriddenAt } from '../../rollout/hotfix.ts';
import { readCalendar } from '../calendar/read-calendar.ts';
import { record } from '../ownership/owned-rollout.ts';
import { decideCalendarHold } from './decide-calendar-hold.ts';

/** What became of a step that the calendar was asked for. */
export type CalendarHold =
  | { readonly outcome: 'free' | 'held'; readonly stored: StoredRollout }
  | { readonly outcome: 'rollBack'; readonly reason: string };

/**
 * Reads stops, freezes and windows before a step gets its traffic, and records a hold and its end. A step under way ends its bake
 * whatever they say. A rollout that goes back never asks.
 */
export async function holdForCalendar(
  stored: StoredRollout,
  step: number,
  world: Part<'store' | 'now' | 'installation'>,
): Promise<CalendarHold> {
  const { state } = stored;
  if (state.rollback !== undefined) return { outcome: 'free', stored };
  const look = await readCalendar(state.service, state.spec, overriddenAt(state), world);
  const decision = decideCalendarHold(state, step, look, world.now());
  if (decision.outcome === 'rollBack') return decision;
  const { outcome, events } = decision;
  return { outcome, stored: events.length > 0 ? await record(world, stored, ...events) : stored };
}
