import { type Judged, refused } from '../../approval/judge-approval.ts';
import { type Matter, untaken } from '../../rollout/matters.ts';
import type { CallerFacts, Identity } from '../../rollout/decider.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { decide, type Decided, type DecisionNeeds } from './decide.ts';

/** Who takes it, how they were told, and what they are going to do. */
export interface Taker extends CallerFacts {
  readonly by: string;
  readonly how: Identity;
  readonly note?: string | undefined;
}

/** Takes all that is open of a rollout upon somebody, wherever they said so: its reminders end. Returns what they took, too. */
export async function acknowledgeAlert(
  rolloutId: string,
  taker: Taker,
  world: DecisionNeeds,
): Promise<Decided & { readonly taken: readonly Matter[] }> {
  let taken: readonly Matter[] = [];
  const decided = await decide(
    rolloutId,
    (state) => {
      taken = untaken(state.matters ?? []);
      return judge(state, taken, taker);
    },
    world,
  );
  return { ...decided, taken };
}

function judge({ rolloutId, matters = [] }: RolloutState, open: readonly Matter[], taker: Taker): Judged {
  if (open.length > 0) return { outcome: 'counts', events: [{ type: 'AlertTaken', ...taker }] };
  const takers = matters.flatMap(({ taken }) => (taken === undefined ? [] : [`${taken.by} took it at ${taken.at}`]));
  return refused(
    takers.length > 0
      ? `Nothing of ${rolloutId} is left to take: ${takers.join('; ')}.`
      : `Nothing of ${rolloutId} is open, so there is nothing to take.`,
  );
}
