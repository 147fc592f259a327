import { layoutOf } from '../shapes/layout-of.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Pair } from './pair.ts';
import { greenShare, type Routing, weightsOf } from './routing.ts';

type Slots = Pick<RolloutState, 'spec' | 'blue' | 'green'>;
type Weights = Routing['weights'];

/** All pairs of the two slots. */
export function pairsOf({ spec, blue, green }: Slots): readonly Pair[] {
  const greens = layoutOf(spec).groupsOf(green);
  return layoutOf(spec)
    .groupsOf(blue)
    .flatMap((group, index) => {
      const other = greens[index];
      return other === undefined ? [] : [{ blue: group, green: other }];
    });
}

/** The pair that gets the traffic of a rule; `undefined` where no pair does, or more than one. */
export function pairOf(state: Slots, weights: Weights): Pair | undefined {
  const used = pairsOf(state).filter(({ blue, green }) => (weights[blue] ?? 0) + (weights[green] ?? 0) > 0);
  return used.length === 1 ? used[0] : undefined;
}

/**
 * The pair of a rule that was read.
 * @throws Error where the rule forwards to no pair of the slots, or to several
 */
export function pairOfRouting(state: Slots, { kind, arn, weights }: Routing): Pair {
  const pair = pairOf(state, weights);
  if (pair === undefined) {
    throw new Error(
      `${kind} ${arn} forwards to ${JSON.stringify(weights)}, which is no pair of the slots' target groups.`,
    );
  }
  return pair;
}

/** Green's share of what a rule forwards, in percent; `undefined` where it forwards to anything but one pair. */
export function shareOf(state: Slots, weights: Weights): number | undefined {
  const pair = pairOf(state, weights);
  return pair === undefined ? undefined : greenShare(weights, pair);
}

/** A pair that rules forward to, with one of these, as they were when the rollout opened. */
export interface PairInUse extends Pair {
  /** A rule or listener that forwards to it. */
  readonly arn: string;
}

/** Every pair that traffic comes through: a target group that no rule uses has no healthy targets and no metrics. */
export function pairsInUse(state: Slots & Pick<RolloutState, 'restorePlan'>): readonly PairInUse[] {
  const byBlue = new Map<string, PairInUse>();
  for (const { arn, actions } of state.restorePlan) {
    const pair = pairOf(state, weightsOf(actions));
    if (pair !== undefined && !byBlue.has(pair.blue)) byBlue.set(pair.blue, { ...pair, arn });
  }
  return [...byBlue.values()];
}
