import { type Pair, pairOf } from './pairs.ts';
import { weightsOf } from './routing.ts';
import type { RolloutState } from './state.ts';

/** One rule or listener, and the two target groups that share its traffic. */
interface SharedRule extends Pair {
  readonly kind: 'rule' | 'listener';
  readonly arn: string;
}

/**
 * What the rollback machine needs to put traffic back while the table does not answer. No actions: what a rule does besides is
 * read from the live rule, as others may have changed it since.
 */
export interface WithoutTable {
  /** The rollout's own execution: one that has succeeded has its traffic on green for good. */
  readonly executionArn: string;
  readonly rules: readonly SharedRule[];
}

/** Returns what a rollout's guard gives the rollback machine; a rule that forwards to no pair of the slots is left out. */
export function withoutTable(
  rollout: Pick<RolloutState, 'spec' | 'blue' | 'green' | 'restorePlan' | 'executionArn'>,
): WithoutTable {
  const { executionArn, restorePlan } = rollout;
  const rules = restorePlan.flatMap(({ kind, arn, actions }): readonly SharedRule[] => {
    const pair = pairOf(rollout, weightsOf(actions));
    return pair === undefined ? [] : [{ kind, arn, blue: pair.blue, green: pair.green }];
  });
  return { executionArn, rules };
}
