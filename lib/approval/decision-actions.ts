import type { Decider } from '../rollout/people-events.ts';
import type { DecisionPoint } from '../rollout/people-state.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Person } from '../spec/approvals.ts';
import { askedBy } from './asked-people.ts';
import { judgeApproval, type Judged, refused } from './judge-approval.ts';
import { judgeCommand } from './judge-command.ts';

export const decisionActions = ['approve', 'reject', 'promote', 'promoteFully', 'pause', 'resume', 'abort'] as const;

/** What a person can do at a decision point, by a link or a button. */
export type DecisionAction = (typeof decisionActions)[number];

/** What a point asks for; where nobody asks, what stops comes before what goes on. */
export function actionsAt(point: DecisionPoint, { paused, step, spec }: RolloutState): readonly DecisionAction[] {
  if (point === 'approval') return ['approve', 'reject'];
  if (point.startsWith('hold-')) return ['promote', 'abort'];
  const skips: DecisionAction[] = step < spec.steps.length - 1 ? ['promote', 'promoteFully'] : ['promote'];
  return paused === undefined ? ['abort', 'pause', ...skips] : ['abort', 'resume'];
}

/** Whether an action needs a comment. */
export function needsComment(action: DecisionAction): boolean {
  return action === 'reject' || action === 'abort';
}

/** What lets a version in, for which `identity: verified` asks a person to sign in; what stops it must never wait for that. */
const needsIdentity: readonly DecisionAction[] = ['approve', 'promote', 'promoteFully'];

/** Whether a person has to sign in before they may do this, by the spec. */
function needsSignIn(action: DecisionAction, { spec }: RolloutState): boolean {
  return spec.approvals.identity === 'verified' && needsIdentity.includes(action);
}

/**
 * Judges what one person of the spec does. Who asked for the rollout may stop it in any way, and can neither approve it nor hurry
 * it on.
 */
export function judgeAction(
  state: RolloutState,
  person: Person,
  action: DecisionAction,
  { how, reason }: Pick<Decider, 'how' | 'reason'>,
  now: Date,
): Judged {
  if ((how === 'link' || how === 'slack') && needsSignIn(action, state)) {
    const where = how === 'slack' ? ' Use your personal link, which lets you.' : '';
    return refused(`The spec of ${state.service} wants whoever does this to sign in (identity: verified).${where}`);
  }
  if (action === 'approve' || action === 'reject') return judgeApproval(state, person, action, { how, reason }, now);
  const hurries = action === 'promote' || action === 'promoteFully';
  if (hurries && askedBy(person, state.requestedBy)) {
    return refused(`${person.name} asked for this rollout, and who asked cannot hurry it on. Somebody else has to.`);
  }
  return judgeCommand(state, action, { by: person.name, how, reason });
}
