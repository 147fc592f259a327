import type { RecordedJudgement } from '../rollout/event-shapes.ts';
import { definitionOf, type RolloutEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { whyLine } from './why.ts';

/** Why an event happened: the reason, then what the gates said before it, a line each with green, blue and the limits. */
export function whyOf(
  event: RolloutEvent,
  gates: readonly RecordedJudgement[],
  state: RolloutState,
): readonly string[] {
  const definition = definitionOf(event);
  const numbers = definition.byGates ? gates.map((judgement) => whyLine(judgement, state.spec)) : [];
  return [...reasonsOf(event, state), ...numbers];
}

/** Returns why an event happened, without what the gates said. */
export function reasonsOf(event: RolloutEvent, state: RolloutState): readonly string[] {
  return definitionOf(event)
    .why(event, state)
    .filter((line) => line.trim() !== '');
}
