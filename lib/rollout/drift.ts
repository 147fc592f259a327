import type { RolloutEvent } from './events.ts';
import { describeChanges } from './events/drift.ts';
import type { RolloutState } from './state.ts';

/** Something that is not as the rollout left it, so that somebody else has changed it. */
export interface Drift {
  /** What was changed, by its ARN or its name. */
  readonly what: string;
  /** Its ARN (a rule, a listener) or its name (an ECS service) alone. */
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  /** Users are worse off than the step allows (traffic led astray, or more of it to green): not to be waited for. */
  readonly harmful: boolean;
}

/** How a rollout goes on after the drift that it found. */
export type DriftDecision =
  | { readonly outcome: 'free'; readonly events: readonly RolloutEvent[] }
  /** Nothing is shifted and no step passes; `news` where people have not been notified of just this. */
  | { readonly outcome: 'held'; readonly news: boolean; readonly until: Date }
  | { readonly outcome: 'rollBack'; readonly reason: string };

/** Waits for what somebody else changed to be put back, up to a cap; what does harm is not waited for. */
export function driftDecision(state: RolloutState, found: readonly Drift[], now: Date): DriftDecision {
  const { interference, spec } = state;
  if (found.length === 0) {
    return { outcome: 'free', events: interference === undefined ? [] : [{ type: 'ForeignChangeUndone' }] };
  }
  const reason = `Others changed what this rollout works on: ${describeChanges(found)}`;
  if (found.some(({ harmful }) => harmful)) return { outcome: 'rollBack', reason };
  const since = interference === undefined ? now.getTime() : Date.parse(interference.since);
  const until = new Date(since + spec.timeouts.interference * 1000);
  if (now >= until) {
    return { outcome: 'rollBack', reason: `${reason}; it was not put back within ${spec.timeouts.interference} s` };
  }
  return { outcome: 'held', news: interference?.changes !== JSON.stringify(changesOf(found)), until };
}

/** What goes into the record. */
export function changesOf(found: readonly Drift[]): Extract<RolloutEvent, { type: 'ForeignChange' }>['changes'] {
  return found.map(({ what, expected, found: seen }) => ({ what, expected, found: seen }));
}
