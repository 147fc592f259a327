import type { Decider } from '../rollout/decider.ts';
import type { DecisionPoint } from '../rollout/people-state.ts';
import type { RolloutState } from '../rollout/state.ts';
import { type TaskedRollout, unsafeText } from '../rollout/task-runs.ts';
import type { Approvals, Person } from '../specification/approvals.ts';
import { personCalled, rolesToApprove } from '../specification/asked-people.ts';
import { judgeApproval, type Judged, refused } from './judge-approval.ts';
import { judgeCommand } from './judge-command.ts';
import { neededApprovals } from './needed-approvals.ts';
import { isRequester, type Requested } from './requester.ts';

export const decisionActions = [
  'approve',
  'reject',
  'promote',
  'promoteFully',
  'pause',
  'resume',
  'abort',
  'retry',
] as const;

/** What a person can do at a decision point, by a link or a button. */
export type DecisionAction = (typeof decisionActions)[number];

/** What a point asks for; where nobody asks, what stops comes before what goes on. */
export function actionsAt(point: DecisionPoint, { paused, step, spec }: RolloutState): readonly DecisionAction[] {
  if (point === 'approval') return ['approve', 'reject'];
  if (point.startsWith('task-')) return ['retry', 'promote', 'abort'];
  if (point.startsWith('hold-')) return ['promote', 'abort'];
  const skips: DecisionAction[] = step < spec.steps.length - 1 ? ['promote', 'promoteFully'] : ['promote'];
  return paused === undefined ? ['abort', 'pause', ...skips] : ['abort', 'resume'];
}

/** Whether an action needs a comment. */
export function needsComment(action: DecisionAction, state?: TaskedRollout): boolean {
  if (action === 'approve') return state !== undefined && unsafeText(state) !== '';
  return action === 'reject' || action === 'abort';
}

const letTrafficIn: ReadonlySet<DecisionAction> = new Set<DecisionAction>([
  'approve',
  'promote',
  'promoteFully',
  'resume',
]);

/** Returns whether an action lets traffic into the new version: `whyNotLetIn` says who may do none of it. */
export function letsTrafficIn(action: DecisionAction): boolean {
  return letTrafficIn.has(action);
}

/**
 * Judges what one person of the spec does. What stops a rollout is open to all of them, however they say it. What lets traffic in
 * takes a sign-in where the spec asks for verified identities, another person than the requester, and a role that approves.
 */
export function judgeAction(
  state: RolloutState,
  person: Person,
  action: DecisionAction,
  decider: Omit<Decider, 'by'>,
  now: Date,
): Judged {
  const why = letsTrafficIn(action) ? whyNotLetIn(state, person, action, decider.how) : undefined;
  if (why !== undefined) return refused(why);
  if (action === 'approve' || action === 'reject') return judgeApproval(state, person, action, decider, now);
  return judgeCommand(state, action, { ...decider, by: person.name });
}

/**
 * Judges a command in the name that its caller gave. Where the spec names people, only one of them may let traffic in. Anyone may
 * stop a rollout.
 */
export function judgeNamed(
  state: RolloutState,
  action: Exclude<DecisionAction, 'approve' | 'reject'> | 'override',
  decider: Decider,
  now: Date,
): Judged {
  const { approvals } = state.spec;
  if (action === 'override') return judgeOverride(state, decider);
  if (action === 'retry' || !letsTrafficIn(action) || approvals.people.length === 0) {
    return judgeCommand(state, action, decider);
  }
  const person = personCalled(approvals, decider.by);
  if (person !== undefined) return judgeAction(state, person, action, decider, now);
  const names = approvals.people.map(({ name }) => name).join(', ');
  return refused(
    `The spec of ${state.service} names no ${decider.by}, and this lets traffic in. Say who decides with --as: ${names}.`,
  );
}

/** Judges an override of the calendar: it takes a second person of the spec. */
export function judgeOverride(state: RolloutState, decider: Decider): Judged {
  const { service, spec } = state;
  const person = personCalled(spec.approvals, decider.by);
  if (person === undefined) {
    const names = spec.approvals.people.map(({ name }) => name).join(', ');
    const choice =
      names === '' ? 'it names no people at all, see docs/approvals.md' : `say who decides with --as: ${names}`;
    return refused(
      `Going on in spite of the calendar takes a second person, whom the spec of ${service} names; ${choice}.`,
    );
  }
  const why = whyNotLetIn(state, person, 'promote', decider.how);
  return why === undefined ? judgeCommand(state, 'override', { ...decider, by: person.name }) : refused(why);
}

/** What people are asked to let in: a rollout, or a change of a spec. */
export interface Asked extends Requested {
  readonly service: string;
  readonly spec: { readonly approvals: Approvals };
  readonly approval?: RolloutState['approval'];
  /** `this rollout` where it is not said. */
  readonly what?: string;
}

/** Returns why a person of the spec may not let something in; `undefined` where they may. */
export function whyNotLetIn(
  asked: Asked,
  person: Person,
  action: DecisionAction,
  how: Decider['how'],
): string | undefined {
  const { service, spec, what = 'this rollout' } = asked;
  if (spec.approvals.identity === 'verified' && how !== 'verified') {
    const where = how === 'link' ? '' : ' Use your personal link, where you can.';
    return `The spec of ${service} asks for a sign-in before this (identity: verified).${where}`;
  }
  if (isRequester(person, asked)) {
    return `${person.name} requested ${what}, and the requester cannot let traffic in. Another person has to.`;
  }
  // One approval more, for a requester who is not known, may come from any other person.
  if (action === 'approve' && neededApprovals(asked).more > 0) return undefined;
  const required = rolesToApprove(spec.approvals);
  if (required.length > 0 && !person.roles.some((role) => required.includes(role))) {
    return `${person.name} is ${person.roles.join(', ')}; only ${required.join(', ')} may let traffic in.`;
  }
  return undefined;
}
