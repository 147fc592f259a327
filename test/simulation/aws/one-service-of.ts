import { rolloutsIn } from '../invariants/watch.ts';
import type { Scenario } from '../scenario.ts';
import { OneService } from './one-service.ts';
import type { Calls, Process } from './process.ts';
import type { Table } from './table.ts';

export type { OneService } from './one-service.ts';

/** Whose changes those are that ECS makes by itself for a rollout. */
export const ecsItself = 'ECS';
/** The same where a write comes that ECS sent long before. */
export const ecsLate = 'ECS, late';

type Parts = Omit<ConstructorParameters<typeof OneService>[0], 'byEcs' | 'rule'> & {
  readonly table: Table;
  readonly calls: Calls;
};

/** ECS's deployments where both versions of a scenario are in one service; `undefined` where each has a service of its own. */
export function oneServiceOf({ spec }: Scenario, { table, calls, ...parts }: Parts): OneService | undefined {
  const [target] = spec.traffic;
  if (spec.driver === 'slots' || target === undefined || !('rule' in target)) return undefined;
  return new OneService({
    ...parts,
    rule: target.rule,
    byEcs: (digest, change, isLate = false) => {
      const rollout = rolloutsIn(table).findLast(({ image }) => image.digest === digest);
      const process: Process | undefined = rollout && {
        ...{ name: isLate ? ecsLate : ecsItself, nth: 1, caller: undefined, startedAt: parts.clock.now() },
        ...{ rolloutId: rollout.rolloutId, isDead: false, effects: 0 },
      };
      const before = calls.author;
      calls.author = process;
      try {
        change();
      } finally {
        calls.author = before;
      }
    },
  });
}
