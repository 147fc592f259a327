import type { RolloutEvent } from '../rollout/events.ts';
import { changesOf, type Interference, interferenceIn, type Standing, standingAfter } from '../rollout/interference.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Part } from './world.ts';

/** What a rollout does about what it saw of others, with what is to be recorded of it. */
export type Surroundings =
  | { readonly outcome: 'free' | 'held'; readonly events: readonly RolloutEvent[]; readonly seen: string }
  | { readonly outcome: 'rollBack'; readonly events: readonly RolloutEvent[]; readonly reason: string };

/**
 * Looks whether everything that the rollout works on is as it left it: its rules and both slots, in one call each.
 * @param weights percents that green may have
 */
export async function lookAround(
  state: RolloutState,
  weights: readonly number[],
  world: Part<'router' | 'runtime' | 'now'>,
): Promise<Surroundings> {
  const first = await look(state, weights, world);
  // A description may be a little behind a change of the rollout's own: nobody is accused for one that a second look does not see.
  const found = first.length === 0 ? first : await look(state, weights, world);
  return surroundingsOf(found, standingAfter(state, found, world.now()));
}

async function look(
  state: RolloutState,
  weights: readonly number[],
  { router, runtime }: Part<'router' | 'runtime'>,
): Promise<readonly Interference[]> {
  const { spec, blue, green } = state;
  const [routings, ...slots] = await Promise.all([
    router.find(spec.traffic),
    ...[blue, green].map((slot) => runtime.describe(spec.cluster, spec.slots[slot].service)),
  ]);
  return interferenceIn(state, { routings, blue: slots[0], green: slots[1] }, weights);
}

function surroundingsOf(found: readonly Interference[], standing: Standing): Surroundings {
  const seen = found.map(({ what }) => what).join(', ');
  switch (standing.outcome) {
    case 'free':
      return { outcome: 'free', events: standing.events, seen };
    case 'rollBack':
      return { outcome: 'rollBack', events: [], reason: standing.reason };
    case 'held': {
      if (!standing.news) return { outcome: 'held', events: [], seen };
      const until = standing.until.toISOString();
      const who = 'nobody knows yet';
      return { outcome: 'held', events: [{ type: 'ForeignChange', changes: changesOf(found), who, until }], seen };
    }
  }
}
