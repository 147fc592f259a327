import { leastHealthy, type TargetHealth } from '../../drivers/traffic-router.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

/** What target health says of the two sides: a side can serve with one healthy target in each of its target groups in use. */
export type Serving =
  | { readonly outcome: 'blueServes' | 'neitherServes' }
  | { readonly outcome: 'onlyGreenServes'; readonly saw: string }
  | { readonly outcome: 'unknown'; readonly saw: string };

/**
 * Reads which side can serve. Health that cannot be read is `unknown`, unless what could be read decides it: a blue that serves
 * gets traffic whatever green is, and a green that does not serve keeps none.
 */
export async function servingSides(state: RolloutState, world: Part<'router'>): Promise<Serving> {
  const pairs = pairsInUse(state);
  const of = (side: 'blue' | 'green') =>
    healthOf(
      pairs.map((pair) => pair[side]),
      world,
    );
  const [blue, green] = await Promise.all([of('blue'), of('green')]);
  if (typeof blue !== 'string' && blue.healthy > 0) return { outcome: 'blueServes' };
  if (typeof green !== 'string' && green.healthy === 0) return { outcome: 'neitherServes' };
  const unread = (why: string) => ({ outcome: 'unknown', saw: `target health cannot be read (${why})` }) as const;
  if (typeof blue === 'string') return unread(blue);
  if (typeof green === 'string') return unread(green);
  return {
    outcome: 'onlyGreenServes',
    saw: `0 of ${blue.total} targets of blue are healthy, ${green.healthy} of ${green.total} of green`,
  };
}

/** The target group with the fewest healthy targets, or why none could be read. */
async function healthOf(groups: readonly string[], { router }: Part<'router'>): Promise<TargetHealth | string> {
  try {
    return leastHealthy(await Promise.all(groups.map((group) => router.targetHealth(group))));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
