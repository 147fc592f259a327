import type { Learned } from '../../analysis/lesson.ts';
import { learnedSoFar } from '../../usecases/opening/learned-so-far.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Stack } from '../cli-context.ts';
import { isSame } from '../../usecases/people/same-spec.ts';

/** What the deployed stack adds to a plan. */
export interface StackPlan {
  /** The applied version; `undefined` where none is. */
  readonly applied: { readonly version: number; readonly same: boolean } | undefined;
  /** The rollout that holds the service's lock. */
  readonly runs: string | undefined;
  /** Until when a former version is kept, which a new rollout would end. */
  readonly keptUntil: string | undefined;
  /** What the gates learned from the healthy rollouts so far. */
  readonly learned: Learned;
}

/** Reads the stack's table. */
export async function stackPlan(spec: RolloutSpec, { store }: Pick<Stack, 'store'>): Promise<StackPlan> {
  const [applied, { lockedBy, retention }, learned] = await Promise.all([
    store.spec(spec.service),
    store.service(spec.service),
    learnedSoFar(spec, store),
  ]);
  const same = applied !== undefined && isSame(applied.spec, spec);
  return {
    applied: applied && { version: applied.version, same },
    runs: lockedBy,
    keptUntil: retention?.keptUntil,
    learned,
  };
}
