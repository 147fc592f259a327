import { definitionOf, type EventType, type RolloutEvent } from './events.ts';
import type { RolloutFacts } from './rollout-facts.ts';
import { isActive } from './phase.ts';

type PhaseOfRollout = Pick<RolloutFacts, 'rolloutId' | 'phase'>;

/** An event that the rollout's phase does not allow; `name` stays readable after minification. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
  constructor(state: PhaseOfRollout, type: EventType) {
    super(`Rollout ${state.rolloutId} is ${state.phase}; ${type} is not possible there.`);
  }
}

/**
 * For before a change of the world that is recorded afterwards: what could not be recorded must not be done.
 * @throws IllegalTransition where the phase does not allow the event
 */
export function assertLegal(state: PhaseOfRollout, type: EventType): void {
  const { allowedIn } = definitionOf({ type });
  const isLegal = allowedIn === 'any' || (allowedIn === 'active' ? isActive(state) : allowedIn.includes(state.phase));
  if (!isLegal) throw new IllegalTransition(state, type);
}

/** The same for an event that is known whole. */
export function assertLegalEvent(state: RolloutFacts, event: RolloutEvent): void {
  assertLegal(state, event.type);
  if (!definitionOf(event).accepts(state, event)) throw new IllegalTransition(state, event.type);
}
