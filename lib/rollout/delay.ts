import type { RolloutEvent } from './events.ts';
import type { RolloutState } from './state.ts';

/** What becomes of a rollout whose work could not be done. */
export type DelayDecision =
  /** It is tried again; `events` says so the first time. */
  | { readonly outcome: 'tryAgain'; readonly events: readonly RolloutEvent[] }
  /** It was tried for long enough. */
  | { readonly outcome: 'rollBack'; readonly reason: string };

/**
 * Decides whether work that could not be done is tried again. The first failure always is; later ones until the cap is reached, or the
 * moment that people were given for drift or for a shift that is held: whether that is over cannot be seen meanwhile.
 * @param reason why it could not be done, in words
 * @param capSeconds for how long it is tried, from the first failure on
 */
export function delayed(state: RolloutState, reason: string, capSeconds: number, now: Date): DelayDecision {
  const { delay } = state;
  if (delay === undefined) {
    const until = new Date(Math.min(now.getTime() + capSeconds * 1000, ...announcedDeadlines(state))).toISOString();
    return { outcome: 'tryAgain', events: [{ type: 'RolloutDelayed', reason, until }] };
  }
  if (now.toISOString() < delay.until) return { outcome: 'tryAgain', events: [] };
  const seconds = Math.round((now.getTime() - Date.parse(delay.since)) / 1000);
  return { outcome: 'rollBack', reason: `The rollout could not go on for ${seconds} s: ${reason}` };
}

/** When a rollout goes back, as people were notified, if what holds it is not over by then. */
function announcedDeadlines({ interference, unreadySince, spec }: RolloutState): readonly number[] {
  return [interference?.since, unreadySince].flatMap((since) =>
    since === undefined ? [] : [Date.parse(since) + spec.timeouts.interference * 1000],
  );
}

/**
 * Seconds for which work is tried again: as long as the guard allows where green has traffic that is not judged meanwhile, between two
 * steps as well as within one. A version that has passed everything needs no judgement.
 */
export function delayCap({ phase, weight, spec }: RolloutState): number {
  return weight > 0 && phase !== 'finishing' ? spec.timeouts.guard : spec.timeouts.interference;
}

/** Says that the work could be done again; nothing where it was not delayed. */
export function delayEnded({ delay }: RolloutState, now: Date): readonly RolloutEvent[] {
  if (delay === undefined) return [];
  return [{ type: 'DelayEnded', seconds: Math.round((now.getTime() - Date.parse(delay.since)) / 1000) }];
}
