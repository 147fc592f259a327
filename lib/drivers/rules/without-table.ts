import * as z from 'zod';
import { pairOf } from './pairs.ts';
import { weightsOf } from './routing.ts';
import type { RolloutState } from '../../rollout/state.ts';

/** One rule or listener, and the two target groups that share its traffic. */
const sharedRule = z.object({
  kind: z.enum(['rule', 'listener']),
  arn: z.string(),
  blue: z.string(),
  green: z.string(),
});

/**
 * What the rollback machine needs to put traffic back while the table does not answer. No actions: what a rule does besides is
 * read from the live rule, as others may have changed it since.
 */
export const withoutTableInput = z.object({
  /** The rollout's own execution: one that has succeeded has its traffic on green for good. */
  executionArn: z.string(),
  rules: z.array(sharedRule),
});
export type WithoutTable = Readonly<z.output<typeof withoutTableInput>>;

/** What is known of a rollout when its guard is set. */
export type Guarded = Pick<RolloutState, 'spec' | 'blue' | 'green' | 'restorePlan' | 'executionArn'>;

/** Returns what a rollout's guard gives the rollback machine; a rule that forwards to no pair of the slots is left out. */
export function withoutTable(rollout: Guarded): WithoutTable {
  const { executionArn, restorePlan } = rollout;
  const rules = restorePlan.flatMap(({ kind, arn, actions }): WithoutTable['rules'] => {
    const pair = pairOf(rollout, weightsOf(actions));
    return pair === undefined ? [] : [{ kind, arn, blue: pair.blue, green: pair.green }];
  });
  return { executionArn, rules };
}
