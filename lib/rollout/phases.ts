import type { RecordedEvent } from './events.ts';
import type { Phase } from './phase.ts';
import { evolve, openedState } from './state.ts';

/** How long a rollout was in one phase. */
export interface PhaseTime {
  readonly phase: Phase;
  readonly seconds: number;
}

/** The phases that a rollout went through, from its whole record, in order; the one that it is in has not ended and is left out. */
export function phaseTimes(events: readonly RecordedEvent[]): readonly PhaseTime[] {
  const [first, ...rest] = events;
  if (first?.event.type !== 'RolloutOpened') return [];
  let state = openedState(first.rolloutId, first.at, first.event);
  let since = first.at;
  const times: PhaseTime[] = [];
  for (const { event, at } of rest) {
    const next = evolve(state, event, at);
    if (next.phase !== state.phase) {
      times.push({ phase: state.phase, seconds: (Date.parse(at) - Date.parse(since)) / 1000 });
      since = at;
    }
    state = next;
  }
  return times;
}
