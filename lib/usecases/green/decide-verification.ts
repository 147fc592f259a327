import type { Found } from '../../checks/answers/verification.ts';
import { shareOf } from '../../drivers/rules/pairs.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { nextProgress, type VerifyProgress, whyToEnd } from './verify-progress.ts';

/** The machine's pause between two evaluations, seconds. */
const pauseSeconds = 5;
const soonSeconds = 1;

/** Returns why green cannot be verified any more: a rule that others changed gives it traffic already. `undefined` where none does. */
export function whyTooEarly(state: RolloutState, routings: readonly Routing[]): string | undefined {
  const early = routings.find(({ weights }) => shareOf(state, weights) !== 0);
  if (early === undefined) return undefined;
  // Evaluations go on for minutes, and users must not wait that long on a version that nothing has verified.
  return `${early.arn} was changed before green was verified: it has ${JSON.stringify(early.weights)}`;
}

/** One evaluation of green, and what is known of those before it. */
export interface VerifyFacts {
  readonly found: Found;
  readonly progress: VerifyProgress;
  /** This evaluation made the private rule, which no node of the load balancer may obey yet. */
  readonly isNewRule: boolean;
  /** Whether requests of the spec follow. */
  readonly hasRequests: boolean;
  readonly now: Date;
}

export type VerifyDecision =
  | { readonly outcome: 'verified'; readonly event: Extract<Found, { readonly outcome: 'verified' }>['event'] }
  /** Green is verified; the requests of the spec go its way next. */
  | {
      readonly outcome: 'askOn';
      readonly event: Extract<Found, { readonly outcome: 'verified' }>['event'];
      readonly progress: VerifyProgress;
      readonly waitSeconds: number;
    }
  | { readonly outcome: 'wait'; readonly progress: VerifyProgress; readonly waitSeconds: number }
  | { readonly outcome: 'rollBack'; readonly reason: string };

/** Decides what follows from one evaluation of green. */
export function decideVerification(state: RolloutState, facts: VerifyFacts): VerifyDecision {
  const { found, progress, hasRequests, now } = facts;
  if (found.outcome === 'verified') {
    const { event } = found;
    if (!hasRequests) return { outcome: 'verified', event };
    // They have the whole time for themselves, however late the proof came.
    const anew = { ...progress, since: now.toISOString(), sent: null, bad: 0, lacking: undefined };
    return { outcome: 'askOn', event, progress: anew, waitSeconds: soonSeconds };
  }
  const next = nextProgress(progress, found, now);
  const reason = whyToEnd(next, found, state, now);
  if (reason !== undefined) return { outcome: 'rollBack', reason };
  return { outcome: 'wait', progress: next, waitSeconds: found.waitSeconds ?? pauseAfter(facts) };
}

/** A new rule reaches each node within some 10 s, of which the evaluation that made it has waited 7; a green that answered badly gets time. */
function pauseAfter({ found, isNewRule }: VerifyFacts): number {
  const isDisturbed = found.outcome === 'notYet' && found.isGreens === true;
  return isNewRule && !isDisturbed ? soonSeconds : pauseSeconds;
}
