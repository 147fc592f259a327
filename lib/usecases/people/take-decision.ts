import { actionsAt, type DecisionAction, judgeAction, letsTrafficIn } from '../../approval/decision-actions.ts';
import { type Judged, refused } from '../../approval/judge-approval.ts';
import { linkState, pointOf } from '../../approval/link-state.ts';
import type { DecisionLink } from '../../approval/links.ts';
import type { Decider } from '../../rollout/decider.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Person } from '../../specification/approvals.ts';
import type { CommandNeeds } from './command-rollout.ts';
import { decide, type Decided } from './decide.ts';
import { shownPoint } from './shown-point.ts';

/** As much of the world as a decision by link touches. */
export type TakeDecisionNeeds = Omit<CommandNeeds, 'startRollout'>;

/** What the holder of a link sent from its page. */
export interface LinkDecision extends Pick<Decider, 'how' | 'reason'> {
  /** The point that the page showed; it counts for a link that commands the whole rollout. */
  readonly shown?: string | undefined;
}

/**
 * Does what the holder of a genuine link decided, once: the link is used up by the very write that records the decision. Nobody
 * is believed about what a link is for: all of that is in the link. One that commands the whole rollout is not used up; what lets
 * traffic in counts only at the point that its page showed, so that no click counts at another step.
 */
export async function takeDecision(
  { link, person }: { readonly link: DecisionLink; readonly person: Person },
  action: DecisionAction,
  { shown, ...decider }: LinkDecision,
  world: TakeDecisionNeeds,
): Promise<Decided> {
  const stored = await world.store.load(link.rolloutId);
  const service = stored === undefined ? undefined : await world.store.service(stored.state.service);
  const judge = (state: RolloutState, now: Date): Judged => {
    const linked = linkState(link, state, service?.lockedBy, now);
    if (linked.kind !== 'open') return refused(whyNot(linked.kind));
    if (link.point === 'control' && letsTrafficIn(action) && shownPoint(state) !== shown) return refused(goneOn);
    if (!actionsAt(pointOf(link, state), state).includes(action)) return refused('This link is not for that.');
    return judgeAction(state, person, action, decider, now);
  };
  const decided = await decide(link.rolloutId, judge, world);
  const { state } = decided.stored;
  const wasAborted = (state.decisions ?? []).some(
    ({ point, answer }) => answer === 'aborted' && (link.point === 'control' || point === link.point),
  );
  // Also where it was decided before: that caller may have died before the machine was started.
  if (action === 'abort' && wasAborted && state.phase === 'rollingBack') {
    await world.startRollback(link.rolloutId, { by: person.name, reason: state.reason ?? 'no reason was recorded' });
  }
  return decided;
}

const goneOn = 'The rollout has gone on since the page was loaded; nothing was changed.';

function whyNot(kind: 'decided' | 'expired' | 'void'): string {
  if (kind === 'decided') return 'This has been decided already; nothing was changed.';
  return kind === 'expired' ? 'This link has expired; nothing was changed.' : 'This link is void; nothing was changed.';
}
