import { rolesToApprove } from './asked-people.ts';
import type { Doubt } from './doubt.ts';
import { quote } from './text/plain-text.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** Tasks whose end nobody could decide about, and those that need an approval which nobody is asked for. */
export function lintTasks({ before = [], approvals }: Pick<RolloutSpec, 'before' | 'approvals'>): readonly Doubt[] {
  const isApproved = rolesToApprove(approvals).length > 0;
  return before.flatMap(({ name, compatible }, index): readonly Doubt[] => {
    if (compatible === false && !isApproved) {
      const message = `after the task ${quote(name)} the rollback is not safe (compatible: false), but no one has to approve: expected \`approvals\` with people and required roles`;
      return [{ path: ['before', index, 'compatible'], severity: 'error', message }];
    }
    if (approvals.people.length > 0) return [];
    const message = `where nobody can tell how the task ${quote(name)} ended, people decide, but \`approvals.people\` names no one who gets a link: expected people`;
    return [{ path: ['before', index], severity: 'warning', message }];
  });
}
