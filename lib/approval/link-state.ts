import { type Decision, controlPoint, type DecisionPoint, holdPoint, taskPoint } from '../rollout/people-state.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import { howItEnded } from './how-it-ended.ts';
import type { DecisionLink } from './links.ts';

/** What a link is good for by now. */
export type LinkState =
  | { readonly kind: 'open' }
  /** Decided, by its recipient or by somebody else whose word was enough; newest last. */
  | { readonly kind: 'decided'; readonly decisions: readonly Decision[] }
  | { readonly kind: 'expired' }
  /** Good for nothing any more, with the reason. */
  | { readonly kind: 'void'; readonly reason: string };

/**
 * What a link is good for. It decides once: what its recipient decided at its point, by whatever way, has used it up. Another
 * step, another image, the end of the rollout, or another rollout of the service make it void. One that commands the whole
 * rollout (`control`) is good at each step, until a person rolls back.
 * @param lockedBy the rollout that holds the service's lock
 */
export function linkState(link: DecisionLink, state: RolloutState, lockedBy: string | undefined, now: Date): LinkState {
  const { rolloutId, image, service, phase } = state;
  if (link.rolloutId !== rolloutId || link.digest !== image.digest) {
    return { kind: 'void', reason: 'It was issued for something else.' };
  }
  const isForAll = link.point === 'control';
  const aborts = (state.decisions ?? []).filter(({ answer }) => answer === 'aborted');
  if (isForAll && aborts.length > 0) return { kind: 'decided', decisions: aborts };
  const decisions = (state.decisions ?? []).filter(({ point }) => point === link.point);
  if (isAnsweredBy(link.recipient, link.point, state) || (decisions.length > 0 && !isOpen(link.point, state)))
    return { kind: 'decided', decisions };
  if (lockedBy !== undefined && lockedBy !== rolloutId) {
    return { kind: 'void', reason: `A newer rollout of ${service} has begun: ${lockedBy}.` };
  }
  if (!isActive(state)) return { kind: 'void', reason: `The rollout has ended: ${howItEnded(phase)}.` };
  if (now.getTime() >= Date.parse(link.expiresAt)) return { kind: 'expired' };
  if (isForAll) return commandedNow(state);
  if (link.step !== state.step) {
    return {
      kind: 'void',
      reason: `It was for ${stepName(link.step)}, and the rollout is at ${stepName(state.step)}.`,
    };
  }
  if (isOpen(link.point, state)) return { kind: 'open' };
  return {
    kind: 'void',
    reason: 'The rollout has gone on since it was sent; a newer link was sent where one is needed.',
  };
}

/** A link for the whole rollout is good wherever the rollout takes a command; to approve takes a link of its own. */
function commandedNow(state: RolloutState): LinkState {
  const point = openPoint(state);
  if (point !== undefined && point !== 'approval') return { kind: 'open' };
  return { kind: 'void', reason: 'It takes no command now.' };
}

/** Returns the point that a link is about now: one for the whole rollout is about what is open. */
export function pointOf({ point }: Pick<DecisionLink, 'point'>, state: RolloutState): DecisionPoint {
  return point === 'control' ? (openPoint(state) ?? point) : point;
}

function stepName(step: number): string {
  return step < 0 ? 'no step yet' : `step ${step + 1}`;
}

/** Phases in which a link may command a rollout. */
const commandable: readonly RolloutState['phase'][] = ['shifting', 'baking', 'finishing'];

/** The point at which people can do something now; `undefined` where there is nothing to decide. */
export function openPoint(state: RolloutState): DecisionPoint | undefined {
  const { phase, asked, askedTask, paused, step, decisions = [] } = state;
  if (phase === 'awaitingApproval') return 'approval';
  if (phase === 'verifying' && askedTask !== undefined) return taskPoint(askedTask.number);
  if (!commandable.includes(phase)) return undefined;
  // A question waits while the rollout is paused, as its clock does; once it is answered, the next evaluation acts on it.
  const isAsked = asked?.step === step && paused === undefined;
  const isAnswered = decisions.some(({ point }) => point === holdPoint(step));
  return isAsked && !isAnswered ? holdPoint(step) : controlPoint(state);
}

/** Whether a rollout waits for a decision at this point, or takes a command there. */
function isOpen(point: DecisionPoint, state: RolloutState): boolean {
  return openPoint(state) === point;
}

/** Whether a person has decided at a point, in whatever way. */
export function isAnsweredBy(name: string, at: DecisionPoint, { decisions = [] }: RolloutState): boolean {
  return decisions.some(({ by, point }) => point === at && by === name);
}
