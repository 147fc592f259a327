import type { DeploymentProgress } from '../../drivers/slot-runtime.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { assertLegal } from '../../rollout/rule-book.ts';
import { greenCount } from '../../rollout/sizing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';

/**
 * Returns whether green has to be sized for a step, by the record alone: not where the rollout goes back, or the step has begun, or
 * somebody waits for a return, whose green was scaled as a whole before it was checked.
 * @throws Error for a step that the rollout does not have, or cannot be sized for now
 */
export function dueSizing(state: RolloutState, step: number): 'size' | 'sized' | 'rollBack' {
  if (state.phase === 'rollingBack') return 'rollBack';
  if (state.spec.steps[step] === undefined) throw new Error(`Rollout ${state.rolloutId} has no step ${step}.`);
  if (state.step >= step) return 'sized';
  assertLegal(state, 'GreenSized');
  // It does not wait for all of its tasks where the version that serves has none.
  return isUrgent(state.rollback) ? 'sized' : 'size';
}

/** What was observed of both sides before a step. */
export interface SizeFacts {
  /** Tasks that blue is to have now. */
  readonly blue: number;
  readonly green: DeploymentProgress;
  /** Targets of green, in the target group that has the fewest. */
  readonly healthy: number;
  readonly now: Date;
}

/** What makes green large enough. */
export interface SizeChange {
  /** Tasks that green is to have; absent where it has them, or more. */
  readonly resizeTo?: number;
  /** Nothing where the same is recorded. */
  readonly events: readonly RolloutEvent[];
}

export type SizeDecision =
  | { readonly outcome: 'sized' }
  | { readonly outcome: 'waiting'; readonly change: SizeChange }
  /** Without a change where green cannot become larger. */
  | { readonly outcome: 'rollBack'; readonly reason: string; readonly change?: SizeChange };

/**
 * Decides whether green has the tasks that a step's weight needs of what blue has by now, and how long they are waited for: up to
 * `timeouts.provisionGreen`. It is never made smaller: what its own policies added stays.
 */
export function decideSize(state: RolloutState, step: number, { blue, green, healthy, now }: SizeFacts): SizeDecision {
  const { spec, sizing } = state;
  const weight = spec.steps[step]?.weight ?? 100;
  if (green.state === 'failed' || green.state === 'gone') {
    return { outcome: 'rollBack', reason: `Green could not be sized for ${weight} %: ${green.reason}` };
  }
  const count = greenCount(spec.capacity, weight, blue);
  if (green.desired >= count && healthy >= count) return { outcome: 'sized' };
  const isKnown = sizing?.step === step && sizing.count === count;
  const change: SizeChange = {
    ...(green.desired < count && { resizeTo: count }),
    events: isKnown ? [] : [{ type: 'GreenSized', step, count, blueCount: blue }],
  };
  const since = sizing?.step === step ? Date.parse(sizing.since) : now.getTime();
  if (now.getTime() - since <= spec.timeouts.provisionGreen * 1000) return { outcome: 'waiting', change };
  const reason = `Green was not ready for ${weight} % within ${spec.timeouts.provisionGreen} s: ${healthy} of ${count} targets healthy.`;
  return { outcome: 'rollBack', reason, change };
}
